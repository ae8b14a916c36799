/** @file Sizes of WebAssembly's types. */

/** float32 in a vector. */
export const LANES = 4;
export const FLOAT_BYTES = 4;
export const VECTOR_BYTES = 16;
