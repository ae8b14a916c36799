/** @file Activations of quantised layers: limits on their output. */
import { INTEGER_RANGES, type QuantizedLevels } from "../tensor/quantizedTensor.ts";
import { type OutputRange, rangeOf } from "./requantization.ts";

export const QUANTIZED_ACTIVATIONS = ["none", "relu", "relu6"] as const;
/** The activations of quantised layers: limits on their output. */
export type QuantizedActivation = (typeof QUANTIZED_ACTIVATIONS)[number];

const LIMITS: Readonly<Record<QuantizedActivation, { readonly minValue: number; readonly maxValue: number }>> = {
  none: { minValue: Number.NEGATIVE_INFINITY, maxValue: Number.POSITIVE_INFINITY },
  relu: { minValue: 0, maxValue: Number.POSITIVE_INFINITY },
  relu6: { minValue: 0, maxValue: 6 },
};

/** The range of an output's integers after an activation. */
export function outputRange(y: QuantizedLevels, activation: QuantizedActivation = "none"): OutputRange {
  return rangeOf(INTEGER_RANGES[y.type], y, LIMITS[activation]);
}
