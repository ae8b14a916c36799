/** @file From the weights of a layer to integers, and what these stand for. */
import type { WeightQuantization } from "../graph/graph.ts";
import { integersOf } from "../tensor/quantizedTensor.ts";
import { Tensor } from "../tensor/tensor.ts";

/** The largest integer of a filter: symmetrical, as every runtime wants them, so from -127 to 127 in eight bits. */
export function largestOf(bits: number): number {
  return 2 ** (bits - 1) - 1;
}

/** Biases stay below it, so that there is room for the products: 2^29 steps are finer than any float32. */
const BIAS_LIMIT = 2 ** 29;

/**
 * max |w| / limit, of all weights or of each output, the last `outputs` extents taken together; more where the bias, in
 * steps of that and the input's scale, would leave int32, as it does where weights are next to nothing.
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
  // A channel of zeros has any scale.
  const scales = Array.from(largest, (size) => Math.fround(size / limit) || 1);
  return { type: "int8", scale: outputs === null ? scales[0] : scales, zeroPoint: 0 };
}

/**
 * b - Σ (w' - w) · E[x], w' the numbers that the integers of a filter stand for: rounded weights shift the mean of an
 * output, and the bias takes the shift back.
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
 * round(w / scale), each by the scale of its output, where there are several.
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
