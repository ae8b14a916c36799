/** @file Converts a layer's weights to integers, and chooses their scales. */
import type { WeightQuantization } from "../graph/graph.ts";
import { integersOf } from "../tensor/quantizedTensor.ts";
import { Tensor } from "../tensor/tensor.ts";

/** The largest integer of a filter. The range is symmetric, as every runtime expects: -127 to 127 in eight bits. */
export function largestOf(bits: number): number {
  return 2 ** (bits - 1) - 1;
}

/** Biases stay below this, to leave room for the products: 2^29 steps are finer than any float32. */
const BIAS_LIMIT = 2 ** 29;

/**
 * max |w| / limit, over all weights or for each of `outputs` outputs; larger if the bias, in steps of this times the
 * input's scale, would otherwise overflow int32, as happens when weights are tiny.
 *
 * @param limit the largest integer of the filter
 */
export function filterLevels(
  filter: Tensor,
  bias: Tensor | null,
  inputScale: number,
  outputs: number | null,
  limit: number,
): Omit<WeightQuantization, "axis"> {
  const largest = new Float64Array(outputs ?? 1);
  filter.toFloat32Array().forEach((w, i) => {
    largest[i % largest.length] = Math.max(largest[i % largest.length], Math.abs(w));
  });
  bias?.toFloat32Array().forEach((b, o) => {
    const at = o % largest.length;
    largest[at] = Math.max(largest[at], (limit * Math.abs(b)) / (inputScale * BIAS_LIMIT));
  });
  // For a channel of zeros, any scale will do.
  const scales = Array.from(largest, (size) => Math.fround(size / limit) || 1);
  return { type: "int8", scale: outputs === null ? scales[0] : scales, zeroPoint: 0 };
}

/**
 * b - Σ (w' - w) · E[x], where w' are the numbers that the filter's integers represent. Rounding the weights shifts the
 * mean of an output; the bias compensates.
 *
 * @param channelOf the channel of x that a weight of the filter multiplies
 */
export function correctedBias(
  bias: Tensor,
  filter: Tensor,
  rounded: ArrayLike<number>,
  scales: readonly number[],
  means: Float64Array,
  channelOf: (index: number) => number,
): Tensor {
  const corrected = Float64Array.from(bias.toFloat32Array());
  const O = corrected.length;
  filter.toFloat32Array().forEach((w, i) => {
    corrected[i % O] -= (rounded[i] * scales[i % scales.length] - w) * means[channelOf(i)];
  });
  return new Tensor(Float32Array.from(corrected), bias.shape);
}

/**
 * round(w / scale), with the scale of each weight's output if there are several.
 *
 * @param limit the largest integer
 */
export function roundedWeights(
  weight: Tensor,
  type: "int8" | "int32",
  scales: readonly number[],
  limit: number,
): Int8Array | Int32Array {
  const numbers = weight.toFloat32Array();
  const data = integersOf(type, numbers.length) as Int8Array | Int32Array;
  numbers.forEach((w, i) => {
    data[i] = Math.max(-limit, Math.min(limit, Math.round(w / scales[i % scales.length])));
  });
  return data;
}
