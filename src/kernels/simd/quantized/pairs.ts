/**
 * @file The third arithmetic of a tile: pairs of int16 products, added to int32 accumulators, exactly.
 *
 *   acc[n] = acc[n] + x[2k] · w[2k, n] + x[2k+1] · w[2k+1, n]
 *
 * A step is two k: the 4 bytes of x are two int16. The filter has w[2k, n] w[2k+1, n] for four n, as int8; or as int16
 * where its zero point is not 0, so that w - zw needs nine bits.
 */
import { f32x4, v128 } from "../../../wasm/instructions.ts";
import { i32x4, load8x8 } from "../../../wasm/integerVectors.ts";
import type { Arithmetic } from "../arithmetic.ts";

/** Bytes of an element of the packed filter. */
export type FilterBytes = 1 | 2;

const pairs: Arithmetic = {
  wBytes: 8,
  load: load8x8.int8,
  zero: f32x4.splat(0), // as int32 too
  product: i32x4.dot_i16x8_s,
  multiplyAdd: (acc, x, w) => i32x4.add(acc, i32x4.dot_i16x8_s(x, w)),
};

export const PAIRS: Readonly<Record<FilterBytes, Arithmetic>> = {
  1: pairs,
  2: { ...pairs, wBytes: 16, load: v128.load },
};
