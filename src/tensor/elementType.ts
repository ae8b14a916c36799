/** @file The types of a value's elements. */
import type { QuantizedType } from "./quantizedTensor.ts";

/** The type of the elements of a value in a graph. */
export type ElementType = "float32" | QuantizedType;

export const ELEMENT_BYTES: Readonly<Record<ElementType, number>> = { float32: 4, int8: 1, uint8: 1 };
