/**
 * @file How far a correct kernel may be from the exact result: by proof, and with high probability.
 *
 * With unit roundoff u and K products, a sum in any order obeys
 *
 *   |s - s64| ≤ γ · ( |b| + Σ |x · w| ) + (K + 2) · spacing          γ = (1 + u)^(K + 2) - 1
 *
 * because each product is rounded once, and every term takes part in at most K + 1 sums (N. Higham, "Accuracy and
 * Stability of Numerical Algorithms", lemma 3.1). The last term is for tiny numbers, whose rounding error is absolute.
 *
 * No kernel comes near that: all roundings would have to point the same way. If they are independent and as often up as
 * down, then with products p_k = x · w and partial sums s_k
 *
 *   |s - s64| ≤ λ · u · √( Σ s_k² + Σ p_k² )          λ = √( 2 ln(2 · outputs / P) )
 *
 * for all outputs of a convolution at once, except with probability P (N. Higham, T. Mary, "A New Approach to
 * Probabilistic Rounding Error Analysis", SIAM J. Sci. Comput. 41 (2019): Hoeffding's inequality, with a union bound
 * over the outputs). The sum under the root is the largest over the orders in orders.ts. Roundings are not independent
 * where products repeat, or where sums in those orders use more than half of the bound: there only the proof judges.
 *
 * Sums of whole numbers below 1/u are exact: both bounds are 0. With an activation f, |y - y64| ≤ slope · |s - s64| +
 * the roundings of f.
 */

import type { Activation } from "../geometry/activation.ts";
import { activate } from "../kernels/naive/activation.ts";
import { FORMATS, type Precision } from "./precision.ts";
import type { Problem } from "./problem.ts";
import type { Sums } from "./sums.ts";
import { winogradErrors } from "./winogradBound.ts";

/** A correct kernel is called suspicious at most once in this many convolutions. */
export const ONE_IN: number = 2 ** 20;

/** Steepest slope of each activation, and a bound on its own rounding error in units of u, for a sum s and result y. */
const ACTIVATION_ERRORS: Readonly<
  Record<Activation, { readonly slope: number; readonly roundings: (s: number, y: number) => number }>
> = {
  none: { slope: 1, roundings: () => 0 },
  relu: { slope: 1, roundings: () => 0 },
  relu6: { slope: 1, roundings: () => 0 },
  hardSigmoid: { slope: 1 / 6, roundings: () => 4 }, // s/6 + 1/2, clamped to 0 … 1
  hardSwish: { slope: 1.5, roundings: (s, y) => 4 * (Math.abs(y) + Math.min(Math.abs(s), 3)) },
  sigmoid: { slope: 1 / 4, roundings: (_, y) => 8 * Math.abs(y) }, // if e^x is accurate to two units
};

/** Bounds |y - y64| for a sum within `error` of `sum`. */
function throughActivation({ activation, precision }: Problem, sum: number, value: number, error: number): number {
  const { slope, roundings } = ACTIVATION_ERRORS[activation];
  return slope * error + FORMATS[precision].sums.unit * roundings(sum, value);
}

/** Whether all operands are whole numbers that the precision holds exactly. */
export function areWhole({ x, w, bias, precision }: Problem): boolean {
  const format = FORMATS[precision].operands ?? FORMATS[precision].sums;
  return [x.data, w.data, Float32Array.from(bias ?? [])].every((operand) =>
    operand.every((value) => Number.isInteger(value) && Math.abs(value) * format.unit < 1),
  );
}

/**
 * Returns the value of one output and its largest error: Infinity where a partial sum may overflow, so that any answer
 * is possible.
 *
 * @param isWhole   whether all operands are whole numbers
 * @param magnitude |b| + Σ |x · w|
 */
export function proofOf(
  problem: Problem,
  isWhole: boolean,
  sum: number,
  magnitude: number,
  operandError: number,
): { readonly value: number; readonly bound: number } {
  const { g, activation, precision } = problem;
  const { unit, largest } = FORMATS[precision].sums;
  const value = activate(activation, sum);
  if (isWhole && magnitude * unit < 1) return { value, bound: throughActivation(problem, sum, value, 0) };
  const error = errorOfSum(precision, g.KH * g.KW * (g.C / g.G), magnitude, operandError);
  if (Number.isFinite(sum) && magnitude + error > largest) return { value, bound: Number.POSITIVE_INFINITY };
  return { value, bound: throughActivation(problem, sum, value, error) };
}

/**
 * Returns the largest error of a sum of K products and a bias.
 *
 * @param magnitude    |b| + Σ |x · w|
 * @param operandError the largest change of the sum by rounding the operands
 */
export function errorOfSum(precision: Precision, K: number, magnitude: number, operandError: number): number {
  const { unit, spacing } = FORMATS[precision].sums;
  const gamma = Math.expm1((K + 2) * Math.log1p(unit));
  return gamma * (magnitude + operandError) + operandError + (K + 2) * spacing;
}

export interface Bounds {
  /** [N, OH, OW, O] in float64. */
  readonly values: Float64Array;
  /** An answer further away than this is wrong. */
  readonly bounds: Float64Array;
  /** An answer further away than this is suspicious; null where roundings are not independent. */
  readonly statistics: Float64Array | null;
}

export function boundsOf(problem: Problem, all: Sums): Bounds {
  const { sums, magnitudes, operandErrors, spreads, observed, isRepetitive } = all;
  const isWhole = areWhole(problem);
  const [values, bounds, statistics] = [sums.slice(), sums.slice(), sums.slice()];
  const lambda = Math.sqrt(2 * Math.log(2 * sums.length * ONE_IN));
  const { spacing } = FORMATS[problem.precision].sums;
  const { KH, KW, C, G } = problem.g;
  if (problem.algorithm !== "direct") {
    const errors = winogradErrors(problem, problem.algorithm);
    sums.forEach((sum, i) => {
      values[i] = activate(problem.activation, sum);
      bounds[i] = throughActivation(problem, sum, values[i], errors[i]);
    });
    return { values, bounds, statistics: null };
  }
  sums.forEach((sum, i) => {
    const { value, bound } = proofOf(problem, isWhole, sum, magnitudes[i], operandErrors[i]);
    const likely = lambda * spreads[i] + (KH * KW * (C / G) + 2) * spacing;
    values[i] = value;
    bounds[i] = bound;
    statistics[i] = Math.min(bound, throughActivation(problem, sum, value, likely));
  });
  const isExact = bounds.every((bound) => bound === 0);
  const isIndependent = !isRepetitive && observed <= lambda / 2;
  return { values, bounds, statistics: isExact || isIndependent ? statistics : null };
}
