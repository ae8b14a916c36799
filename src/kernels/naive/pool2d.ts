/** @file Naive pooling: the maximum or mean of the pixels under a window, channel by channel. */
import type { Pool2dGeometry } from "../../geometry/pool2d.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/**
 * For every image n, channel c and output pixel (oh, ow), over the taps (kh, kw) that fall on the image:
 *
 *   y[n, oh, ow, c] = max  x[n, ih, iw, c]          ih = oh·strideH + kh·dilationH - padTop
 *                                                   iw = ow·strideW + kw·dilationW - padLeft
 *
 * A window without pixels yields -∞, the maximum of nothing. NaN under the window yields NaN.
 *
 * @param x input  [N, H, W, C], any strides
 * @param y output [N, OH, OW, C], any strides; every element is written
 */
export function maxPool2d(g: Pool2dGeometry, x: Tensor, y: Tensor): void {
  eachWindow(g, x, y, (xAt, taps) => {
    let largest = Number.NEGATIVE_INFINITY;
    for (let t = 0; t < taps; t++) largest = Math.max(largest, x.data[xAt[t]]); // Math.max keeps NaN
    return largest;
  });
}

/**
 * For every image n, channel c and output pixel (oh, ow), over the taps (kh, kw) that fall on the image:
 *
 *   y[n, oh, ow, c] = ( Σ x[n, ih, iw, c] ) / count
 *
 * `count` is the number of those taps or, if padding counts, of those on the image or its padding: taps of a last,
 * partial window beyond the padding never count. A window without pixels yields 0 / 0 = NaN, unless padding counts.
 *
 * @param x input  [N, H, W, C], any strides
 * @param y output [N, OH, OW, C], any strides; every element is written
 *
 * Precision: the sum is carried in float64; sum / count is rounded once.
 */
export function averagePool2d(g: Pool2dGeometry, countIncludePad: boolean, x: Tensor, y: Tensor): void {
  eachWindow(g, x, y, (xAt, taps, tapsWithPadding) => {
    let sum = 0;
    for (let t = 0; t < taps; t++) sum += x.data[xAt[t]];
    return sum / (countIncludePad ? tapsWithPadding : taps);
  });
}

/**
 * For every image n and channel c: y[n, 0, 0, c] = (Σ h,w x[n, h, w, c]) / (H·W), summed in float64 and rounded once.
 *
 * @param x input  [N, H, W, C], any strides
 * @param y output [N, 1, 1, C], any strides; every element is written
 */
export function globalAveragePool2d(x: Tensor, y: Tensor): void {
  const [N, H, W, C] = x.shape;
  const [xN, xH, xW, xC] = x.strides;
  for (let n = 0; n < N; n++) {
    for (let c = 0; c < C; c++) {
      let sum = 0;
      for (let h = 0; h < H; h++) {
        for (let w = 0; w < W; w++) sum += x.data[x.offset + n * xN + h * xH + w * xW + c * xC];
      }
      y.data[y.offset + n * y.strides[0] + c * y.strides[3]] = sum / (H * W);
    }
  }
}

/** Writes y from `reduce`, given the offsets in x.data of the taps on the image, and both counts of taps. */
function eachWindow(
  g: Pool2dGeometry,
  x: Tensor,
  y: Tensor,
  reduce: (xAt: Float64Array, taps: number, tapsWithPadding: number) => number,
): void {
  const { N, H, W, C, OH, OW, KH, KW, strideH, strideW, dilationH, dilationW } = g;
  const { padTop, padBottom, padLeft, padRight } = g;
  const [xN, xH, xW, xC] = x.strides;
  const [yN, yH, yW, yC] = y.strides;
  const xAt = new Float64Array(KH * KW);

  for (let n = 0; n < N; n++) {
    for (let c = 0; c < C; c++) {
      for (let oh = 0; oh < OH; oh++) {
        for (let ow = 0; ow < OW; ow++) {
          let taps = 0;
          let tapsWithPadding = 0;
          for (let kh = 0; kh < KH; kh++) {
            const ih = oh * strideH + kh * dilationH - padTop;
            for (let kw = 0; kw < KW; kw++) {
              const iw = ow * strideW + kw * dilationW - padLeft;
              if (ih < H + padBottom && iw < W + padRight) tapsWithPadding++;
              if (ih < 0 || ih >= H || iw < 0 || iw >= W) continue;
              xAt[taps++] = x.offset + n * xN + ih * xH + iw * xW + c * xC;
            }
          }
          y.data[y.offset + n * yN + oh * yH + ow * yW + c * yC] = reduce(xAt, taps, tapsWithPadding);
        }
      }
    }
  }
}
