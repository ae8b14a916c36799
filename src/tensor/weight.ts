/** @file The type of a weight. */
import type { QuantizedTensor } from "./quantizedTensor.ts";
import type { Tensor } from "./tensor.ts";

/** A tensor of floats, or of integers. */
export type Weight = Tensor | QuantizedTensor;
