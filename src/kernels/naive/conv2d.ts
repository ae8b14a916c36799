/**
 * @file Naive 2-D convolution: the definition, written as loops.
 *
 * Every faster kernel is checked against this one, so it shares no arithmetic with them beyond the checked geometry, is
 * kept obvious, and is never optimised. It is a cross-correlation, as in every deep-learning library: the kernel is not
 * flipped. See docs/01-convolution.md.
 */
import type { Activation } from "../../geometry/activation.ts";
import type { Conv2dGeometry } from "../../geometry/conv2d.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { activate } from "./activation.ts";

/**
 * For every image n, output channel o and output pixel (oh, ow):
 *
 *   y[n, oh, ow, o] = f( b[o] + Σ kh,kw,ic  x[n, ih, iw, c0 + ic] · w[kh, kw, ic, o] )
 *
 *   ih = oh·strideH + kh·dilationH - padTop        c0 = ⌊o / (O/G)⌋ · C/G, first channel of o's group
 *   iw = ow·strideW + kw·dilationW - padLeft       ic runs over the C/G channels of the group
 *
 * where x is 0 outside the image. G = 1 is the standard convolution.
 *
 * @param x input  [N, H, W, C], any strides
 * @param w filter [KH, KW, C/G, O], any strides
 * @param b bias   [O], or null for none
 * @param y output [N, OH, OW, O], any strides; every element is written
 *
 * Precision: products are exact and the sum is carried in float64, then rounded once to float32.
 * Cost: at most N·OH·OW·O·(C/G)·KH·KW multiply-accumulates; taps that fall on padding are skipped.
 */
export function conv2d(g: Conv2dGeometry, x: Tensor, w: Tensor, b: Tensor | null, f: Activation, y: Tensor): void {
  const { N, H, W, C, OH, OW, O, KH, KW, G, strideH, strideW, dilationH, dilationW, padTop, padLeft } = g;
  const Cg = C / G;
  const Og = O / G;
  const [xN, xH, xW, xC] = x.strides;
  const [wH, wW, wI, wO] = w.strides;
  const [yN, yH, yW, yO] = y.strides;

  for (let n = 0; n < N; n++) {
    for (let o = 0; o < O; o++) {
      const c0 = Math.floor(o / Og) * Cg;
      for (let oh = 0; oh < OH; oh++) {
        for (let ow = 0; ow < OW; ow++) {
          let sum = b === null ? 0 : b.data[b.offset + o * b.strides[0]];
          for (let kh = 0; kh < KH; kh++) {
            const ih = oh * strideH + kh * dilationH - padTop;
            if (ih < 0 || ih >= H) continue;
            for (let kw = 0; kw < KW; kw++) {
              const iw = ow * strideW + kw * dilationW - padLeft;
              if (iw < 0 || iw >= W) continue;
              const xAt = x.offset + n * xN + ih * xH + iw * xW + c0 * xC;
              const wAt = w.offset + kh * wH + kw * wW + o * wO;
              for (let ic = 0; ic < Cg; ic++) {
                sum += x.data[xAt + ic * xC] * w.data[wAt + ic * wI];
              }
            }
          }
          y.data[y.offset + n * yN + oh * yH + ow * yW + o * yO] = activate(f, sum);
        }
      }
    }
  }
}
