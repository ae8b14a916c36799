/**
 * @file Naive gradients of a convolution: standard, grouped, depthwise (G = C, the filter seen as [KH, KW, 1, C·M]) and
 * pointwise. Forward, with x 0 outside the image:
 *
 *   y[n, oh, ow, o] = Σ kh,kw,ic  x[n, ih, iw, c0 + ic] · w[kh, kw, ic, o]    ih = oh·strideH + kh·dilationH - padTop
 *                                                                             iw = ow·strideW + kw·dilationW - padLeft
 *
 * A product x · w contributes dL/dy · w to the gradient of x and dL/dy · x to that of w; each gradient is the sum of
 * all contributions, carried in float64 and rounded once.
 */
import type { Conv2dGeometry } from "../../../geometry/conv2d.ts";
import type { Tensor } from "../../../tensor/tensor.ts";

/**
 *   dx[n, ih, iw, c0 + ic] = Σ kh,kw,o  dy[n, oh, ow, o] · w[kh, kw, ic, o]
 *
 * over the outputs o of the group and the taps (kh, kw) of windows (oh, ow) that fall on (ih, iw). Seen from dx, the
 * taps are reversed and the outputs are a stride apart: a convolution, with the flipped kernel, of dy with zeros
 * between its pixels.
 *
 * @param dy [N, OH, OW, O], any strides
 * @param w  [KH, KW, C/G, O], any strides
 * @param dx [N, H, W, C], any strides; every element is written
 */
export function conv2dInputGradient(g: Conv2dGeometry, dy: Tensor, w: Tensor, dx: Tensor): void {
  const { N, H, W, C, OH, OW, O, KH, KW, G, strideH, strideW, dilationH, dilationW, padTop, padLeft } = g;
  const [Cg, Og] = [C / G, O / G];
  const [yN, yH, yW, yO] = dy.strides;
  const [wH, wW, wI, wO] = w.strides;
  const [xN, xH, xW, xC] = dx.strides;

  for (let n = 0; n < N; n++) {
    for (let c = 0; c < C; c++) {
      const group = Math.floor(c / Cg);
      for (let ih = 0; ih < H; ih++) {
        for (let iw = 0; iw < W; iw++) {
          let sum = 0;
          for (let kh = 0; kh < KH; kh++) {
            const oh = (ih + padTop - kh * dilationH) / strideH;
            if (!Number.isInteger(oh) || oh < 0 || oh >= OH) continue;
            for (let kw = 0; kw < KW; kw++) {
              const ow = (iw + padLeft - kw * dilationW) / strideW;
              if (!Number.isInteger(ow) || ow < 0 || ow >= OW) continue;
              for (let o = group * Og; o < (group + 1) * Og; o++) {
                const weight = w.data[w.offset + kh * wH + kw * wW + (c - group * Cg) * wI + o * wO];
                sum += dy.data[dy.offset + n * yN + oh * yH + ow * yW + o * yO] * weight;
              }
            }
          }
          dx.data[dx.offset + n * xN + ih * xH + iw * xW + c * xC] = sum;
        }
      }
    }
  }
}

/**
 *   dw[kh, kw, ic, o] = Σ n,oh,ow  x[n, ih, iw, c0 + ic] · dy[n, oh, ow, o]
 *
 * This is also a convolution: of x with dy as the kernel, images as channels, and stride and dilation swapped.
 *
 * @param x  [N, H, W, C], any strides
 * @param dy [N, OH, OW, O], any strides
 * @param dw [KH, KW, C/G, O], any strides; every element is written
 */
export function conv2dFilterGradient(g: Conv2dGeometry, x: Tensor, dy: Tensor, dw: Tensor): void {
  const { N, H, W, C, OH, OW, O, KH, KW, G, strideH, strideW, dilationH, dilationW, padTop, padLeft } = g;
  const [Cg, Og] = [C / G, O / G];
  const [xN, xH, xW, xC] = x.strides;
  const [yN, yH, yW, yO] = dy.strides;
  const [wH, wW, wI, wO] = dw.strides;

  for (let kh = 0; kh < KH; kh++) {
    for (let kw = 0; kw < KW; kw++) {
      for (let ic = 0; ic < Cg; ic++) {
        for (let o = 0; o < O; o++) {
          const c = Math.floor(o / Og) * Cg + ic;
          let sum = 0;
          for (let n = 0; n < N; n++) {
            for (let oh = 0; oh < OH; oh++) {
              const ih = oh * strideH + kh * dilationH - padTop;
              if (ih < 0 || ih >= H) continue;
              for (let ow = 0; ow < OW; ow++) {
                const iw = ow * strideW + kw * dilationW - padLeft;
                if (iw < 0 || iw >= W) continue;
                sum +=
                  x.data[x.offset + n * xN + ih * xH + iw * xW + c * xC] *
                  dy.data[dy.offset + n * yN + oh * yH + ow * yW + o * yO];
              }
            }
          }
          dw.data[dw.offset + kh * wH + kw * wW + ic * wI + o * wO] = sum;
        }
      }
    }
  }
}
