/**
 * @file Naive quantised 2-D convolution, standard, grouped or depthwise: the definition, written as loops over
 * integers.
 *
 * Every faster kernel is checked against this one, so it shares no arithmetic with them beyond the checked geometry and
 * the rounding rule. Sums are exact: JavaScript's numbers hold every integer up to 2^53.
 */
import type { Conv2dGeometry } from "../../../geometry/conv2d.ts";
import type { QuantizedLayer } from "../../../geometry/quantizedLayer.ts";
import { requantizers } from "../../../geometry/requantization.ts";
import type { IntegerData } from "../../../tensor/quantizedTensor.ts";

/**
 * For every image n, output channel o and output pixel (oh, ow):
 *
 *   sum = b[o] + Σ kh,kw,ic  (x[n, ih, iw, c0 + ic] - zx) · (w[kh, kw, ic, o] - zw[o])
 *   y[n, oh, ow, o] = requantize_o(sum)
 *
 *   ih = oh·strideH + kh·dilationH - padTop        c0 = ⌊o / (O/G)⌋ · C/G, first channel of o's group
 *   iw = ow·strideW + kw·dilationW - padLeft       ic runs over the C/G channels of the group
 *
 * Taps outside the image count as zx, which represents 0. G = C is the depthwise convolution, whose filter [KH, KW, C,
 * M] has the same order as [KH, KW, 1, O].
 *
 * @param x input  [N, H, W, C]
 * @param w filter [KH, KW, C/G, O]
 * @param b bias   [O], with scale scale_x · scale_w[o]; null for none
 * @param y output [N, OH, OW, O]; every element is written
 */
export function quantizedConv2d(
  g: Conv2dGeometry,
  layer: QuantizedLayer,
  x: IntegerData,
  w: IntegerData,
  b: Int32Array | null,
  y: IntegerData,
): void {
  const { N, H, W, C, OH, OW, O, KH, KW, G, strideH, strideW, dilationH, dilationW, padTop, padLeft } = g;
  const Cg = C / G;
  const Og = O / G;
  const { filterZeroPoints } = layer;
  const { zeroPoint: zx } = layer.input;
  const requantize = requantizers(layer.requantization);
  for (let n = 0; n < N; n++) {
    for (let o = 0; o < O; o++) {
      const c0 = Math.floor(o / Og) * Cg;
      const zw = filterZeroPoints[o];
      for (let oh = 0; oh < OH; oh++) {
        for (let ow = 0; ow < OW; ow++) {
          let sum = b === null ? 0 : b[o];
          for (let kh = 0; kh < KH; kh++) {
            const ih = oh * strideH + kh * dilationH - padTop;
            if (ih < 0 || ih >= H) continue;
            for (let kw = 0; kw < KW; kw++) {
              const iw = ow * strideW + kw * dilationW - padLeft;
              if (iw < 0 || iw >= W) continue;
              for (let ic = 0; ic < Cg; ic++) {
                const xq = x[((n * H + ih) * W + iw) * C + c0 + ic] - zx;
                sum += xq * (w[((kh * KW + kw) * Cg + ic) * O + o] - zw);
              }
            }
          }
          y[((n * OH + oh) * OW + ow) * O + o] = requantize[o](sum);
        }
      }
    }
  }
}
