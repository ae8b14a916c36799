/**
 * @file Convolution of integers as a matrix product, per group. It uses the float product, since float64 holds every
 * product and sum of integers exactly. Only the ends differ: zero points are subtracted, and sums requantised.
 */
import type { Conv2dGeometry } from "../../../geometry/conv2d.ts";
import type { QuantizedLayer } from "../../../geometry/quantizedLayer.ts";
import type { IntegerData } from "../../../tensor/quantizedTensor.ts";
import { Tensor } from "../../../tensor/tensor.ts";
import { gemm, packMatrix, type WriteSums } from "../gemm.ts";
import { copyPatches } from "../patches.ts";
import { channelRequantizer, type RequantizeChannel } from "./requantize.ts";

/** Computes y from x. */
export type ComputeIntegers = (x: IntegerData, y: IntegerData) => void;

/** Max elements of the patch matrix in memory: 2 MiB. */
const PATCHES = 512 * 1024;

/** As {@link QuantizedKernelSet.conv2d}, for G below C. */
export function conv2d(
  g: Conv2dGeometry,
  layer: QuantizedLayer,
  w: IntegerData,
  b: Int32Array | null,
): ComputeIntegers {
  const { N, H, W, C, OH, OW, O, KH, KW, G } = g;
  const [K, Cg, Og] = [(KH * KW * C) / G, C / G, O / G];
  const filter = centered(w, [K, O], layer.filterZeroPoints);
  const filters = Array.from({ length: G }, (_, group) => {
    const own = filter.slice([0, group * Og], [K, Og]);
    return packMatrix(own, b === null ? null : b.subarray(group * Og, (group + 1) * Og));
  });
  const M = N * OH * OW;
  const rows = Math.min(Math.max(Math.floor(PATCHES / K), 1), M);
  const patches = new Float32Array(rows * K);
  const pixels = new Float32Array(N * H * W * C);
  const requantize = channelRequantizer(layer.requantization);

  return (x, y) => {
    for (let i = 0; i < pixels.length; i++) pixels[i] = x[i] - layer.input.zeroPoint;
    for (let from = 0; from < M; from += rows) {
      const to = Math.min(from + rows, M);
      for (let group = 0; group < G; group++) {
        copyPatches(g, pixels, 0, group * Cg, Cg, from, to, patches);
        gemm(to - from, patches, 0, K, filters[group], requantizedTo(requantize, group * Og, y, from * O, O));
      }
    }
  };
}

/** The integers of a filter [K, O] minus the zero point of each output channel. */
export function centered(w: IntegerData, [K, O]: readonly [number, number], zeroPoints: readonly number[]): Tensor {
  return new Tensor(
    Float32Array.from(w, (q, i) => q - zeroPoints[i % O]),
    [K, O],
  );
}

/** Writes sums of output channels from o0 on to y: rows of O integers, the first at y[yAt]. */
export function requantizedTo(
  requantize: RequantizeChannel,
  o0: number,
  y: IntegerData,
  yAt: number,
  O: number,
): WriteSums {
  return (m, rows, n, columns, sums, at, step) => {
    for (let row = 0; row < rows; row++) {
      const to = yAt + (m + row) * O;
      for (let i = 0; i < columns; i++) y[to + o0 + n + i] = requantize(sums[at + row * step + i], o0 + n + i);
    }
  };
}
