/** @file The types of a value's elements. */

export type ElementType = "float32";

export const ELEMENT_BYTES: Readonly<Record<ElementType, number>> = { float32: 4 };
