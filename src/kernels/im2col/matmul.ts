/** @file Product of two values, matrix by matrix; the second matrix is packed first. */
import type { Tensor } from "../../tensor/tensor.ts";
import { activatedTo } from "./activation.ts";
import { gemm, packMatrix } from "./gemm.ts";

/** y[i, j] = Σ k a[i, k] · b[k, j]; b of any strides, a and y contiguous. */
export function matmul(a: Tensor, b: Tensor, y: Tensor): void {
  const [M, K] = a.shape;
  const own = a.contiguous();
  gemm(M, own.data, own.offset, K, packMatrix(b, null), activatedTo("none", y.data, y.offset, y.shape[1]));
}
