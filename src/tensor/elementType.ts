/** @file The types of a value's elements. */

/** The type of the elements of a value in a graph. */
export type ElementType = "float32";

export const ELEMENT_BYTES: Readonly<Record<ElementType, number>> = { float32: 4 };
