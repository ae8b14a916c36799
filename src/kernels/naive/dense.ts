/** @file Naive fully connected layer: a matrix product. */
import type { Activation } from "../../geometry/activation.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { activate } from "./activation.ts";

/**
 * For every row n and output o:
 *
 *   y[n, o] = f( b[o] + Σ i  x[n, i] · w[i, o] )
 *
 * @param x input  [N, I], any strides
 * @param w filter [I, O], any strides
 * @param b bias   [O], or null for none
 * @param y output [N, O], any strides; every element is written
 *
 * Precision: the sum is carried in float64 and rounded once. Cost: N·O·I multiply-accumulates.
 */
export function dense(x: Tensor, w: Tensor, b: Tensor | null, f: Activation, y: Tensor): void {
  const [N, I] = x.shape;
  const [, O] = w.shape;
  for (let n = 0; n < N; n++) {
    for (let o = 0; o < O; o++) {
      let sum = b === null ? 0 : b.data[b.offset + o * b.strides[0]];
      for (let i = 0; i < I; i++) {
        sum +=
          x.data[x.offset + n * x.strides[0] + i * x.strides[1]] *
          w.data[w.offset + i * w.strides[0] + o * w.strides[1]];
      }
      y.data[y.offset + n * y.strides[0] + o * y.strides[1]] = activate(f, sum);
    }
  }
}
