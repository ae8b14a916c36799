/** @file Dense layer of integers: one matrix product. */
import type { QuantizedKernels } from "../../contract/quantized.ts";
import { gemm, packMatrix } from "../gemm.ts";
import { centered, requantizedTo } from "./conv2d.ts";
import { channelRequantizer } from "./requantize.ts";

/** As {@link QuantizedKernels.dense}. */
export const dense: QuantizedKernels["dense"] = ({ N, I, O }, layer, w, b) => {
  const filter = packMatrix(centered(w, [I, O], layer.filterZeroPoints), b);
  const rows = new Float32Array(N * I);
  const requantize = channelRequantizer(layer.requantization);
  return (x, y) => {
    for (let i = 0; i < rows.length; i++) rows[i] = x[i] - layer.zeroPoint;
    gemm(N, rows, 0, I, filter, requantizedTo(requantize, 0, y, 0, O));
  };
};
