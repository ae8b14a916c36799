/** @file Direct depthwise convolution of integers: all channels of a pixel at a time, tap by tap. */
import type { Conv2dGeometry } from "../../../geometry/conv2d.ts";
import type { QuantizedLayer } from "../../../geometry/quantizedLayer.ts";
import type { IntegerData } from "../../../tensor/quantizedTensor.ts";
import type { ComputeIntegers } from "./conv2d.ts";
import { channelRequantizer } from "./requantize.ts";

/** As {@link QuantizedKernelSet.conv2d}, for G = C. */
export function depthwiseConv2d(
  g: Conv2dGeometry,
  { input: { zeroPoint }, filterZeroPoints, requantization }: QuantizedLayer,
  w: IntegerData,
  b: Int32Array | null,
): ComputeIntegers {
  const { N, H, W, C, OH, OW, O, KH, KW, strideH, strideW, dilationH, dilationW, padTop, padLeft } = g;
  const M = O / C;
  const filter = Int16Array.from(w, (q, i) => q - filterZeroPoints[i % O]);
  const bias = b ?? new Int32Array(O);
  const sums = new Int32Array(O);
  const requantize = channelRequantizer(requantization);

  return (x, y) => {
    for (let r = 0; r < N * OH * OW; r++) {
      const ow = r % OW;
      const oh = ((r - ow) / OW) % OH;
      const n = Math.floor(r / (OH * OW));
      sums.set(bias);
      for (let kh = 0; kh < KH; kh++) {
        const ih = oh * strideH + kh * dilationH - padTop;
        if (ih < 0 || ih >= H) continue;
        for (let kw = 0; kw < KW; kw++) {
          const iw = ow * strideW + kw * dilationW - padLeft;
          if (iw >= 0 && iw < W) addTap(x, ((n * H + ih) * W + iw) * C, (kh * KW + kw) * O);
        }
      }
      for (let o = 0; o < O; o++) y[r * O + o] = requantize(sums[o], o);
    }
  };

  /** Adds the pixel at x[pixel] times the tap at filter[tap]. */
  function addTap(x: IntegerData, pixel: number, tap: number): void {
    if (M === 1) {
      for (let c = 0; c < C; c++) sums[c] += Math.imul(x[pixel + c] - zeroPoint, filter[tap + c]);
      return;
    }
    for (let c = 0; c < C; c++) {
      const value = x[pixel + c] - zeroPoint;
      for (let o = c * M; o < (c + 1) * M; o++) sums[o] += Math.imul(value, filter[tap + o]);
    }
  }
}
