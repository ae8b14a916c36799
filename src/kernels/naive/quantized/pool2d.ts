/** @file Naive quantised pooling: on the integers themselves, since input and output have the same scale. */
import type { Pool2dGeometry } from "../../../geometry/pool2d.ts";
import { roundHalfAway } from "../../../geometry/rounding.ts";
import type { IntegerData } from "../../../tensor/quantizedTensor.ts";
import type { Limits } from "../../contract/quantized.ts";

/**
 * For every image n, channel c and output pixel (oh, ow), over the taps on the image:
 *
 *   y[n, oh, ow, c] = limit( round( (Σ x[n, ih, iw, c]) / count ) ), half away from 0
 *
 * Source: tensorflow/lite/kernels/internal/reference/integer_ops/pooling.h, AveragePool; XNNPACK leaves it to
 * TensorFlow Lite.
 *
 * @param x input  [N, H, W, C]
 * @param y output [N, OH, OW, C]; every element is written
 */
export function quantizedAveragePool2d(g: Pool2dGeometry, x: IntegerData, limits: Limits, y: IntegerData): void {
  eachWindow(g, x, y, limits, (taps) => roundHalfAway(taps.reduce((sum, q) => sum + q, 0) / taps.length));
}

/** y[n, oh, ow, c] = limit( max x[n, ih, iw, c] ), of the same operands */
export function quantizedMaxPool2d(g: Pool2dGeometry, x: IntegerData, limits: Limits, y: IntegerData): void {
  eachWindow(g, x, y, limits, (taps) => Math.max(...taps));
}

function eachWindow(
  g: Pool2dGeometry,
  x: IntegerData,
  y: IntegerData,
  { min, max }: Limits,
  reduce: (taps: readonly number[]) => number,
): void {
  const { N, H, W, C, OH, OW, KH, KW, strideH, strideW, dilationH, dilationW, padTop, padLeft } = g;
  for (let n = 0; n < N; n++) {
    for (let c = 0; c < C; c++) {
      for (let oh = 0; oh < OH; oh++) {
        for (let ow = 0; ow < OW; ow++) {
          const taps: number[] = [];
          for (let kh = 0; kh < KH; kh++) {
            const ih = oh * strideH + kh * dilationH - padTop;
            for (let kw = 0; kw < KW; kw++) {
              const iw = ow * strideW + kw * dilationW - padLeft;
              if (ih >= 0 && ih < H && iw >= 0 && iw < W) taps.push(x[((n * H + ih) * W + iw) * C + c]);
            }
          }
          y[((n * OH + oh) * OW + ow) * C + c] = Math.min(Math.max(reduce(taps), min), max);
        }
      }
    }
  }
}
