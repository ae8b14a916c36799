/** @file What a weight is. */
import type { QuantizedTensor } from "./quantizedTensor.ts";
import type { Tensor } from "./tensor.ts";

/** A tensor, or integers. */
export type Weight = Tensor | QuantizedTensor;
