/** @file Rounds real numbers to integers, with two rules for halves. NaN stays NaN. */

/** To the nearest integer; halves to the even one. */
export function roundHalfEven(x: number): number {
  const below = Math.floor(x);
  if (x - below !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
}

/** To the nearest integer; halves away from 0. */
export function roundHalfAway(x: number): number {
  return x < 0 ? -Math.round(-x) : Math.round(x);
}
