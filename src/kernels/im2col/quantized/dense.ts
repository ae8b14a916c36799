/** @file Dense layer of integers: one matrix product. */
import type { QuantizedKernels } from "../../contract/quantized.ts";
import { multiply, packIntegers } from "./gemm.ts";
import { rowRequantizer } from "./requantize.ts";

/** As {@link QuantizedKernels.dense}. */
export const dense: QuantizedKernels["dense"] = ({ N, I, O }, layer, w, b) => {
  const filter = packIntegers(w, [I, O], 0, O, layer.filterZeroPoints, b);
  const rows = new Int16Array(N * I);
  const sums = new Int32Array(N * filter.width);
  const requantize = rowRequantizer(layer.requantization);
  return (x, y) => {
    for (let i = 0; i < rows.length; i++) rows[i] = x[i] - layer.zeroPoint;
    multiply(N, rows, filter, sums);
    for (let n = 0; n < N; n++) requantize(sums, n * filter.width, 0, O, y, n * O);
  };
};
