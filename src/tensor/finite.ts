/** @file Whether numbers are finite, without a call for each. */

/** v - v is 0 for a finite number and NaN for any other, and NaN stays in a sum. */
export function areFinite(values: Float32Array): boolean {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] - values[i];
  return sum === 0;
}
