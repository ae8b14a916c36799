/** @file The tiers of integer operations, with each operation run alone, as the eager API needs. */
import { eager } from "../../runtime/eager.ts";
import type { IntegerKernel, QuantizedKernelSet } from "../contract/quantized.ts";
import { type Backend, chooseTier, type PerTier } from "../tiers.ts";
import { quantizedIm2col } from "./im2col.ts";
import { quantizedNaive } from "./naive.ts";
import { quantizedSimd } from "./simd.ts";

export const QUANTIZED: PerTier<QuantizedKernelSet<IntegerKernel>> = {
  naive: quantizedNaive,
  im2col: quantizedIm2col,
  simd: eager(quantizedSimd()),
};

/** @throws ShapeError for a name that no tier has */
export function quantizedTier(op: string, backend?: Backend): QuantizedKernelSet<IntegerKernel> {
  return QUANTIZED[chooseTier(op, backend)];
}
