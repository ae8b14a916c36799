/** @file Pointwise convolution: the image [N·H·W, C] is its own patch matrix, so it is multiplied without copying. */
import type { Activation } from "../../geometry/activation.ts";
import type { Conv2dGeometry } from "../../geometry/conv2d.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { dense } from "./dense.ts";

/**
 * @param g with one output pixel per input pixel: no stride, no padding
 * @param w filter [C, O], any strides
 * @param b bias   [O], or null for none
 * @returns a function that computes y [N, OH, OW, O] from x [N, H, W, C], both contiguous
 */
export function pointwiseConv2d(
  g: Conv2dGeometry,
  w: Tensor,
  b: Tensor | null,
  f: Activation,
): (x: Tensor, y: Tensor) => void {
  return dense(g.N * g.H * g.W, w, b, f);
}
