/** @file From the weights of a layer to integers, and what these stand for. */
import type { FilterQuantization } from "../graph/specs.ts";
import { integersOf } from "../tensor/quantizedTensor.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** -127 to 127: symmetrical, as every runtime wants them. */
const LARGEST = 127;

/** max |w| / 127, of all weights or of each output, the last `outputs` extents taken together. */
export function filterScales(filter: Tensor, outputs: number | null): FilterQuantization {
  const largest = new Float64Array(outputs ?? 1);
  filter.toFloat32Array().forEach((w, i) => {
    largest[i % largest.length] = Math.max(largest[i % largest.length], Math.abs(w));
  });
  // A channel of zeros has any scale.
  const scales = Array.from(largest, (size) => Math.fround(size / LARGEST) || 1);
  return { type: "int8", scale: outputs === null ? scales[0] : scales };
}

/** round(w / scale), each by the scale of its output, where there are several. */
export function roundedWeights(
  weight: Tensor,
  type: "int8" | "int32",
  scales: readonly number[],
): Int8Array | Int32Array {
  const numbers = weight.toFloat32Array();
  const data = integersOf(type, numbers.length) as Int8Array | Int32Array;
  const limit = type === "int8" ? LARGEST : 2 ** 31 - 1;
  numbers.forEach((w, i) => {
    data[i] = Math.max(-limit, Math.min(limit, Math.round(w / scales[i % scales.length])));
  });
  return data;
}
