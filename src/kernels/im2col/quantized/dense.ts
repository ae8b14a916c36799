/** @file Dense layer of integers: one matrix product. */
import type { QuantizedLayer } from "../../../geometry/quantizedLayer.ts";
import type { IntegerData } from "../../../tensor/quantizedTensor.ts";
import type { DenseSize } from "../../contract/kernels.ts";
import { gemm, packMatrix } from "../gemm.ts";
import { type ComputeIntegers, centered, requantizedTo } from "./conv2d.ts";
import { channelRequantizer } from "./requantize.ts";

/** As {@link QuantizedKernelSet.dense}. */
export function dense(
  { N, I, O }: DenseSize,
  layer: QuantizedLayer,
  w: IntegerData,
  b: Int32Array | null,
): ComputeIntegers {
  const filter = packMatrix(centered(w, [I, O], layer.filterZeroPoints), b);
  const rows = new Float32Array(N * I);
  const requantize = channelRequantizer(layer.requantization);
  return (x, y) => {
    for (let i = 0; i < rows.length; i++) rows[i] = x[i] - layer.input.zeroPoint;
    gemm(N, rows, 0, I, filter, requantizedTo(requantize, 0, y, 0, O));
  };
}
