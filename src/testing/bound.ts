/**
 * @file How far a correct float32 convolution may be from the mathematics, whatever the order of its sums.
 *
 * With u = 2^-24, the largest relative error of one rounding to float32, and K products,
 *
 *   |s - s64| ≤ γ · ( |b| + Σ |x · w| ) + (K + 2) · 2^-149          before the activation,   γ = (K + 2)·u / (1 - (K + 2)·u)
 *
 * because each product is rounded once, and it and the bias take part in at most K + 1 sums (N. Higham, "Accuracy and Stability
 * of Numerical Algorithms", lemma 3.1). The last term is for numbers below 2^-126, whose roundings are absolute. An activation
 * f then gives
 *
 *   |y - y64| ≤ slope · |s - s64| + its own roundings
 */

import type { Activation } from "../geometry/activation.ts";
import { activate } from "../kernels/naive/activation.ts";
import type { Problem, Sums } from "./sums.ts";

const UNIT = 2 ** -24;
const SMALLEST = 2 ** -149;

/** Steepest slope of an activation, and a bound of what computing it rounds, for a sum s and the result y. */
const ACTIVATION_ERRORS: Readonly<
  Record<Activation, { readonly slope: number; readonly roundings: (s: number, y: number) => number }>
> = {
  none: { slope: 1, roundings: () => 0 },
  relu: { slope: 1, roundings: () => 0 },
  relu6: { slope: 1, roundings: () => 0 },
  hardSigmoid: { slope: 1 / 6, roundings: () => 4 * UNIT }, // s/6 + 1/2, clamped to 0 … 1
  hardSwish: { slope: 1.5, roundings: (s, y) => 4 * UNIT * (Math.abs(y) + Math.min(Math.abs(s), 3)) },
  sigmoid: { slope: 1 / 4, roundings: (_, y) => 8 * UNIT * Math.abs(y) }, // an e^x that is good to two units
};

/** For each output the value in float64, and the largest distance of a float32 kernel's answer from it. */
export function valuesAndBounds(
  { g, bias, activation }: Problem,
  { sums, magnitudes }: Sums,
): { readonly values: Float64Array; readonly bounds: Float64Array } {
  const K = g.KH * g.KW * (g.C / g.G);
  const gamma = ((K + 2) * UNIT) / (1 - (K + 2) * UNIT);
  const { slope, roundings } = ACTIVATION_ERRORS[activation];
  const values = sums.map((sum) => activate(activation, sum));
  const bounds = sums.map((sum, i) => {
    const b = bias === null ? 0 : Math.abs(bias.at(i % g.O));
    const before = gamma * (b + magnitudes[i]) + (K + 2) * SMALLEST;
    return slope * before + roundings(sum, values[i]);
  });
  return { values, bounds };
}
