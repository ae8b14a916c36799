/** @file Convolution of integers as a matrix product of patches and filter, per group; sums are requantised by rows. */
import type { Conv2dGeometry } from "../../../geometry/conv2d.ts";
import type { QuantizedLayer } from "../../../geometry/quantizedLayer.ts";
import type { IntegerData } from "../../../tensor/quantizedTensor.ts";
import type { ComputeIntegers } from "../../contract/quantized.ts";
import { multiply, packIntegers } from "./gemm.ts";
import { rowRequantizer } from "./requantize.ts";

/** Max elements of the patch matrix in memory: 128 KiB. */
const PATCHES = 64 * 1024;

/** As {@link QuantizedKernels.conv2d}, for G below C. */
export function conv2d(
  g: Conv2dGeometry,
  layer: QuantizedLayer,
  w: IntegerData,
  b: Int32Array | null,
): ComputeIntegers {
  const { N, C, OH, OW, O, KH, KW, G } = g;
  const [K, Cg, Og] = [(KH * KW * C) / G, C / G, O / G];
  const filters = Array.from({ length: G }, (_, group) =>
    packIntegers(w, [K, O], group * Og, Og, layer.filterZeroPoints, b),
  );
  const M = N * OH * OW;
  const rows = Math.min(Math.max(Math.floor(PATCHES / K), 1), M);
  const patches = new Int16Array(rows * K);
  const sums = new Int32Array(rows * filters[0].width);
  const requantize = rowRequantizer(layer.requantization);
  return (x, y) => {
    for (let from = 0; from < M; from += rows) {
      const count = Math.min(rows, M - from);
      for (let group = 0; group < G; group++) {
        copyPatches(g, x, layer.zeroPoint, group * Cg, Cg, from, from + count, patches);
        multiply(count, patches, filters[group], sums);
        for (let row = 0; row < count; row++) {
          const { width } = filters[group];
          requantize(sums, row * width, group * Og, Og, y, (from + row) * O + group * Og);
        }
      }
    }
  };
}

/** Rows `from` to `to` - 1 of the patch matrix of channels c0 to c0 + channels - 1, less the zero point. */
function copyPatches(
  g: Conv2dGeometry,
  x: IntegerData,
  zeroPoint: number,
  c0: number,
  channels: number,
  from: number,
  to: number,
  rows: Int16Array,
): void {
  const { H, W, C, OH, OW, KH, KW, strideH, strideW, dilationH, dilationW, padTop, padLeft } = g;
  let k = 0;
  for (let r = from; r < to; r++) {
    const ow = r % OW;
    const oh = ((r - ow) / OW) % OH;
    const n = Math.floor(r / (OH * OW));
    for (let kh = 0; kh < KH; kh++) {
      const ih = oh * strideH + kh * dilationH - padTop;
      for (let kw = 0; kw < KW; kw++) {
        const iw = ow * strideW + kw * dilationW - padLeft;
        if (ih < 0 || ih >= H || iw < 0 || iw >= W) {
          rows.fill(0, k, k + channels);
          k += channels;
        } else {
          const pixel = ((n * H + ih) * W + iw) * C + c0;
          for (let c = 0; c < channels; c++) rows[k++] = x[pixel + c] - zeroPoint;
        }
      }
    }
  }
}
