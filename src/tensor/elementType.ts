/** @file The types of a value's elements. */
import type { IntegerType, QuantizedType } from "./quantizedTensor.ts";

/** The type of the elements of a value in a graph. */
export type ElementType = "float32" | QuantizedType;

/** Bytes per element of values and weights. */
export const ELEMENT_BYTES: Readonly<Record<ElementType | IntegerType, number>> = {
  float32: 4,
  int32: 4,
  int8: 1,
  uint8: 1,
};
