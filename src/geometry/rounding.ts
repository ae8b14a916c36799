/** @file Real numbers to integers: two meanings of "round". NaN stays NaN. */

/** To the nearest integer; of two, to the even one. */
export function roundHalfEven(x: number): number {
  const below = Math.floor(x);
  if (x - below !== 0.5) return Math.round(x);
  return below % 2 === 0 ? below : below + 1;
}

/** To the nearest integer; of two, away from 0. */
export function roundHalfAway(x: number): number {
  return x < 0 ? -Math.round(-x) : Math.round(x);
}
