/**
 * @file How far a correct kernel by Winograd's method may be from the exact result.
 *
 *   |y - y64| ≤ γ · ( |b| + |Aᵀ| [ Σ c (|G| |g| |Gᵀ|) ⊙ (|Bᵀ| |d| |B|) ] |A| )          γ = (1 + u)^k - 1
 *
 * Every number is a sum of products, so a kernel computes the exact sum with each term multiplied by one factor
 * (1 + δ), |δ| ≤ u, for every rounding on the term's path (N. Higham, "Accuracy and Stability of Numerical
 * Algorithms", lemma 3.1). Winograd's formula on |x|, |w| and the absolute matrices bounds the size of the terms. The
 * path of a term has at most
 *
 *   k = 2 n(Bᵀ) + 2 (n(G) + 1) + 1 + C + 2 n(Aᵀ) + 1
 *
 * roundings: n(L) is the longest row of L, a product and an addition for each entry; the entries of G are rounded too.
 * The absolute sum exceeds Σ |x · w| by what the transforms add and subtract again: the price of Winograd's method for
 * its fewer products.
 */
import { type ConvAlgorithm, type Winograd, winogradOf } from "../geometry/winograd.ts";
import { winograd } from "../kernels/naive/winograd.ts";
import { Tensor } from "../tensor/tensor.ts";
import { FORMATS } from "./precision.ts";
import type { Problem } from "./problem.ts";

type Matrix = Winograd["G"];

const absolute = (L: Matrix): Matrix => L.map((row) => row.map(Math.abs));
const longest = (L: Matrix): number => Math.max(...L.map((row) => row.filter((entry) => entry !== 0).length));
const sumOfRow = (L: Matrix): number =>
  Math.max(...L.map((row) => row.reduce((sum, entry) => sum + Math.abs(entry), 0)));
const largestOf = (numbers: ArrayLike<number>): number =>
  Array.from(numbers).reduce((largest, one) => Math.max(largest, Math.abs(one)), 0);

/** The largest error of each sum, [N, OH, OW, O]; Infinity where a transform may overflow. */
export function winogradErrors(
  { g, x, w, bias, precision }: Problem,
  algorithm: Exclude<ConvAlgorithm, "direct">,
): Float64Array {
  const { m, G, Bt, At } = winogradOf(algorithm);
  const matrices = { m, G: absolute(G), Bt: absolute(Bt), At: absolute(At) };
  const [pixels, filter] = [x, w].map((operand) => new Tensor(operand.data.map(Math.abs), operand.shape));
  const b = bias === null ? null : new Tensor(Float32Array.from(bias, Math.abs), [g.O]);
  const magnitudes = new Tensor(new Float32Array(g.N * g.OH * g.OW * g.O), [g.N, g.OH, g.OW, g.O]);
  winograd(g, matrices, filter, b, "none")(pixels, magnitudes);

  const { operands, sums } = FORMATS[precision];
  const { unit, spacing, largest } = sums;
  const roundings = 2 * longest(Bt) + 2 * (longest(G) + 1) + 1 + g.C + 2 * longest(At) + 1;
  // Operands that are rounded first, and the magnitudes' own rounding to float32.
  const gamma = Math.expm1(roundings * Math.log1p(unit) + 2 * Math.log1p(operands?.unit ?? 0)) * (1 + 2 ** -23);
  // Rounding errors of tiny numbers are absolute, and grow with what multiplies them.
  const grown = [x, w].map((operand, i) => largestOf(operand.data) * sumOfRow(i === 0 ? Bt : G) ** 2);
  const tiny = spacing * roundings * sumOfRow(At) ** 2 * (1 + g.C * (grown[0] + grown[1]));
  return Float64Array.from(magnitudes.data, (magnitude) => {
    if (grown[0] > largest || magnitude * (1 + gamma) > largest) return Number.POSITIVE_INFINITY;
    return gamma * magnitude + tiny;
  });
}
