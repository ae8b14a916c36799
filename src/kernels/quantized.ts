/** @file The tiers of layers of integers. */
import { oneOf } from "../tensor/errors.ts";
import type { QuantizedKernels } from "./contract/quantized.ts";
import { quantizedKernels as im2col } from "./im2col/quantized/kernels.ts";
import { quantizedKernels as naive } from "./naive/quantized/kernels.ts";

/** By name, slowest first. */
export const QUANTIZED: Readonly<Record<QuantizedTier, QuantizedKernels>> = { naive, im2col };

/** The tiers that have layers of integers, slowest first. */
export const QUANTIZED_TIERS = ["naive", "im2col"] as const;
/** The name of such a tier. */
export type QuantizedTier = (typeof QUANTIZED_TIERS)[number];
/** A tier by name, or "auto" for the fastest. */
export type QuantizedBackend = QuantizedTier | "auto";

/** @throws ShapeError for a name that no tier has */
export function quantizedTier(op: string, backend: unknown = "auto"): QuantizedKernels {
  const name = oneOf(op, "backend", backend, ["auto", ...QUANTIZED_TIERS] as const);
  return QUANTIZED[name === "auto" ? "im2col" : name];
}
