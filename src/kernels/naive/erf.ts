/**
 * @file The error function, erf(x) = 2/√π ∫₀ˣ e^-t² dt, and erfc(x) = 1 - erf(x), to a relative error of about 1e-15.
 *
 * Near 0 it uses the series of erf, whose terms all have one sign; beyond, the continued fraction of erfc, which keeps
 * small values exact. Source: M. Abramowitz, I. Stegun, "Handbook of Mathematical Functions", 7.1.6 and 7.1.14.
 */

/** erf(x) */
export function erf(x: number): number {
  return Math.abs(x) < 2 ? Math.sign(x) * erfSeries(Math.abs(x)) : 1 - erfc(x);
}

/** erfc(x) */
export function erfc(x: number): number {
  if (x < 0) return 2 - erfc(-x);
  return x < 2 ? 1 - erfSeries(x) : erfcFraction(x);
}

/** 2/√π e^-x² Σ 2ⁿ x²ⁿ⁺¹ / (1 · 3 · … · (2n + 1)) */
function erfSeries(x: number): number {
  let [term, sum] = [x, x];
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return ((2 * Math.exp(-x * x)) / Math.sqrt(Math.PI)) * sum;
}

/** e^-x²/√π · 1/(x + ½/(x + 1/(x + 3/2/(x + …)))), from the inside out */
function erfcFraction(x: number): number {
  let fraction = x;
  for (let n = 60; n >= 1; n--) fraction = x + n / 2 / fraction;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction;
}
