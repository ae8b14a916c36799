/**
 * @file Softmax and cross-entropy, the loss of classification, and its gradient.
 *
 *   p[i] = e^s[i] / Σ e^s        loss = -Σ i t[i] · log p[i]        dloss/ds[i] = p[i] - t[i]
 *
 * for scores s and targets t that add up to 1: log p[i] = s[i] - log Σ e^s, whose derivative by s[j] is δij - p[j].
 */
import type { Tensor } from "../../../tensor/tensor.ts";

/** @param scores, targets [rows, C], contiguous @param losses [rows], one per image; every element is written */
export function crossEntropy(scores: Tensor, targets: Tensor, losses: Tensor): void {
  const [rows, C] = scores.shape;
  for (let row = 0; row < rows; row++) {
    const at = scores.offset + row * C;
    const logSum = logSumOfExp(scores.data, at, C);
    let loss = 0;
    for (let i = 0; i < C; i++) loss += targets.data[targets.offset + row * C + i] * (logSum - scores.data[at + i]);
    losses.data[losses.offset + row] = loss;
  }
}

/** The gradient of the mean loss. @param dscores [rows, C], contiguous; every element is written */
export function crossEntropyGradient(scores: Tensor, targets: Tensor, dscores: Tensor): void {
  const [rows, C] = scores.shape;
  for (let row = 0; row < rows; row++) {
    const at = scores.offset + row * C;
    const logSum = logSumOfExp(scores.data, at, C);
    for (let i = 0; i < C; i++) {
      const probability = Math.exp(scores.data[at + i] - logSum);
      const slope = probability - targets.data[targets.offset + row * C + i];
      dscores.data[dscores.offset + row * C + i] = slope / rows;
    }
  }
}

/** log Σ e^s, shifted by the largest score so that nothing overflows. */
function logSumOfExp(scores: Float32Array, at: number, C: number): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let i = at; i < at + C; i++) largest = Math.max(largest, scores[i]);
  let sum = 0;
  for (let i = at; i < at + C; i++) sum += Math.exp(scores[i] - largest);
  return largest + Math.log(sum);
}
