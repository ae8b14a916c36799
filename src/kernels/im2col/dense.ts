/** @file Fully connected layer: Y[N, O] = f( X[N, I] · w[I, O] + b ), a matrix product. */
import type { Activation } from "../../geometry/activation.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { activatedTo } from "./activation.ts";
import { gemm, packMatrix } from "./gemm.ts";

/**
 * @param N rows of the input
 * @param w filter [I, O], any strides
 * @param b bias   [O], or null for none
 * @returns a function that computes y, N rows of O, from x, N rows of I, both contiguous
 */
export function dense(N: number, w: Tensor, b: Tensor | null, f: Activation): (x: Tensor, y: Tensor) => void {
  const filter = packMatrix(w, b === null ? null : b.toFloat32Array());
  const [I, O] = w.shape;
  return (x, y) => gemm(N, x.data, x.offset, I, filter, activatedTo(f, y.data, y.offset, O));
}
