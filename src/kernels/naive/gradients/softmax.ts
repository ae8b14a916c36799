/**
 * @file The gradient of softmax. From y[i] = e^x[i] / Σ e^x, dy[i]/dx[j] = y[i] · (δij - y[j]); summed over i with the
 * gradients of the loss,
 *
 *   dx[j] = y[j] · ( dy[j] - Σ i dy[i] · y[i] )
 */
import type { Tensor } from "../../../tensor/tensor.ts";

/** @param y, dy, dx [rows, C], contiguous; every element of dx is written */
export function softmaxGradient(y: Tensor, dy: Tensor, dx: Tensor): void {
  const C = y.shape[y.shape.length - 1];
  for (let at = 0; at < y.size; at += C) {
    let sum = 0;
    for (let i = at; i < at + C; i++) sum += dy.data[dy.offset + i] * y.data[y.offset + i];
    for (let j = at; j < at + C; j++) dx.data[dx.offset + j] = y.data[y.offset + j] * (dy.data[dy.offset + j] - sum);
  }
}
