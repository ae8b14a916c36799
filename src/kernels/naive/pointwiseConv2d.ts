/**
 * @file Naive pointwise convolution: at every pixel, a matrix times the vector of channels.
 *
 * A convolution with a 1×1 kernel, or a matrix product with the pixels as rows. Source: arXiv 1704.04861, section 3.1.
 * See docs/03-pointwise.md.
 */
import type { Activation } from "../../geometry/activation.ts";
import type { Conv2dGeometry } from "../../geometry/conv2d.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { activate } from "./activation.ts";

/**
 * For every image n, output channel o and output pixel (oh, ow):
 *
 *   y[n, oh, ow, o] = f( b[o] + Σ c  x[n, oh·strideH - padTop, ow·strideW - padLeft, c] · w[c, o] )
 *
 * where x is 0 outside the image.
 *
 * @param g geometry with KH = KW = G = 1
 * @param x input  [N, H, W, C], any strides
 * @param w filter [C, O], any strides
 * @param b bias   [O], or null for none
 * @param y output [N, OH, OW, O], any strides; every element is written
 *
 * Precision: the sum is carried in float64 and rounded once. Cost: at most N·OH·OW·O·C multiply-accumulates.
 */
export function pointwiseConv2d(
  g: Conv2dGeometry,
  x: Tensor,
  w: Tensor,
  b: Tensor | null,
  f: Activation,
  y: Tensor,
): void {
  const { N, H, W, C, OH, OW, O, strideH, strideW, padTop, padLeft } = g;
  const [xN, xH, xW, xC] = x.strides;
  const [wC, wO] = w.strides;
  const [yN, yH, yW, yO] = y.strides;

  for (let n = 0; n < N; n++) {
    for (let o = 0; o < O; o++) {
      for (let oh = 0; oh < OH; oh++) {
        const ih = oh * strideH - padTop;
        for (let ow = 0; ow < OW; ow++) {
          const iw = ow * strideW - padLeft;
          let sum = b === null ? 0 : b.data[b.offset + o * b.strides[0]];
          if (ih >= 0 && ih < H && iw >= 0 && iw < W) {
            const xAt = x.offset + n * xN + ih * xH + iw * xW;
            const wAt = w.offset + o * wO;
            for (let c = 0; c < C; c++) sum += x.data[xAt + c * xC] * w.data[wAt + c * wC];
          }
          y.data[y.offset + n * yN + oh * yH + ow * yW + o * yO] = activate(f, sum);
        }
      }
    }
  }
}
