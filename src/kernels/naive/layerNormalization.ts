/** @file Naive layer normalisation: scales each row of numbers to mean 0 and variance 1. Source: arXiv 1607.06450. */
import type { Tensor } from "../../tensor/tensor.ts";

/**
 * y[i, j] = (x[i, j] - mean_j x[i, j]) / √(variance_j x[i, j] + ε) · scale[j] + bias[j]
 *
 * @param n     numbers of a row
 * @param scale [n], contiguous, or null for 1
 * @param bias  [n], contiguous, or null for 0
 * @param x     rows of n numbers, contiguous; y likewise
 *
 * Precision: float64 throughout, rounded once.
 */
export function layerNormalization(
  n: number,
  epsilon: number,
  scale: Tensor | null,
  bias: Tensor | null,
  x: Tensor,
  y: Tensor,
): void {
  const own = x.contiguous();
  for (let row = 0; row < x.size; row += n) {
    const at = own.offset + row;
    let [sum, squares] = [0, 0];
    for (let j = 0; j < n; j++) sum += own.data[at + j];
    const mean = sum / n;
    for (let j = 0; j < n; j++) squares += (own.data[at + j] - mean) ** 2;
    const deviation = Math.sqrt(squares / n + epsilon);
    for (let j = 0; j < n; j++) {
      const normal = (own.data[at + j] - mean) / deviation;
      const γ = scale === null ? 1 : scale.data[scale.offset + j];
      y.data[y.offset + row + j] = normal * γ + (bias === null ? 0 : bias.data[bias.offset + j]);
    }
  }
}
