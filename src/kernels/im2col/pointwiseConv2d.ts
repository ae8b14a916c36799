/**
 * @file Pointwise convolution: the picture [N·H·W, C] is its own patch matrix, so it goes to the product as it lies.
 */
import type { Activation } from "../../geometry/activation.ts";
import { type Conv2dGeometry, isPixelByPixel } from "../../geometry/conv2d.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { conv2d } from "./conv2d.ts";
import { dense } from "./dense.ts";

/**
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
  const { N, H, W, C, O } = g;
  if (!isPixelByPixel(g)) return conv2d(g, w.reshape([1, 1, C, O]), b, f);
  return dense(N * H * W, w, b, f);
}
