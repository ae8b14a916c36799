/** @file Naive transposed convolution: the input gradient of a convolution, with bias and activation. */
import type { Activation } from "../../geometry/activation.ts";
import type { Conv2dGeometry } from "../../geometry/conv2d.ts";
import { eachLine, lastAxis } from "../../tensor/lines.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { activate } from "./activation.ts";
import { conv2dInputGradient } from "./gradients/conv2d.ts";

/**
 * y[n, h, w, c] = f( Σ kh,kw,o  x[n, oh, ow, o] · w[kh, kw, ic, o] + b[c] )     h = oh·strideH + kh·dilationH - padTop
 *
 * @param g of the convolution that it reverses
 * @param x [N, OH, OW, O], any strides
 * @param w [KH, KW, C / G, O], any strides
 * @param b [C], or null
 * @param y [N, H, W, C], any strides; every element is written
 */
export function convTranspose2d(
  g: Conv2dGeometry,
  f: Activation,
  x: Tensor,
  w: Tensor,
  b: Tensor | null,
  y: Tensor,
): void {
  conv2dInputGradient(g, x, w, y);
  if (b === null && f === "none") return;
  const [C, step] = lastAxis(y);
  eachLine(
    (at) => {
      for (let c = 0; c < C; c++) {
        const sum = y.data[at + c * step] + (b === null ? 0 : b.data[b.offset + c * b.strides[0]]);
        y.data[at + c * step] = activate(f, sum);
      }
    },
    y,
    y,
  );
}
