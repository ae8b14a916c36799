/**
 * @file Naive depthwise convolution: each input channel has its own kernels, and channels are never mixed.
 *
 * Source: arXiv 1704.04861, eq. (3), with a multiplier M and dilation added. See docs/02-depthwise.md.
 */
import type { Activation } from "../../geometry/activation.ts";
import type { Conv2dGeometry } from "../../geometry/conv2d.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { activate } from "./activation.ts";

/**
 * For every image n, input channel c, multiplier index m and output pixel (oh, ow):
 *
 *   y[n, oh, ow, c·M + m] = f( b[c·M + m] + Σ kh,kw  x[n, ih, iw, c] · w[kh, kw, c, m] )
 *
 *   ih = oh·strideH + kh·dilationH - padTop        iw = ow·strideW + kw·dilationW - padLeft
 *
 * where x is 0 outside the image. Unlike in conv2d, there is no sum over channels.
 *
 * @param g geometry with G = C and O = C·M
 * @param x input  [N, H, W, C], any strides
 * @param w filter [KH, KW, C, M], any strides
 * @param b bias   [C·M], or null for none
 * @param y output [N, OH, OW, C·M], any strides; every element is written
 *
 * Precision: the sum is carried in float64 and rounded once. Cost: at most N·OH·OW·C·M·KH·KW multiply-accumulates.
 */
export function depthwiseConv2d(
  g: Conv2dGeometry,
  x: Tensor,
  w: Tensor,
  b: Tensor | null,
  f: Activation,
  y: Tensor,
): void {
  const { N, H, W, C, OH, OW, O, KH, KW, strideH, strideW, dilationH, dilationW, padTop, padLeft } = g;
  const M = O / C;
  const [xN, xH, xW, xC] = x.strides;
  const [wH, wW, wC, wM] = w.strides;
  const [yN, yH, yW, yO] = y.strides;

  for (let n = 0; n < N; n++) {
    for (let c = 0; c < C; c++) {
      for (let m = 0; m < M; m++) {
        const o = c * M + m;
        for (let oh = 0; oh < OH; oh++) {
          for (let ow = 0; ow < OW; ow++) {
            let sum = b === null ? 0 : b.data[b.offset + o * b.strides[0]];
            for (let kh = 0; kh < KH; kh++) {
              const ih = oh * strideH + kh * dilationH - padTop;
              if (ih < 0 || ih >= H) continue;
              for (let kw = 0; kw < KW; kw++) {
                const iw = ow * strideW + kw * dilationW - padLeft;
                if (iw < 0 || iw >= W) continue;
                const xAt = x.offset + n * xN + ih * xH + iw * xW + c * xC;
                const wAt = w.offset + kh * wH + kw * wW + c * wC + m * wM;
                sum += x.data[xAt] * w.data[wAt];
              }
            }
            y.data[y.offset + n * yN + oh * yH + ow * yW + o * yO] = activate(f, sum);
          }
        }
      }
    }
  }
}
