/**
 * @file The third arithmetic of a tile: pairs of int16 products, added to int32 accumulators, exactly.
 *
 *   acc[n] = acc[n] + x[2k] · w[2k, n] + x[2k+1] · w[2k+1, n]
 *
 * For integer kernels, none of which exists yet. A step is two k: the 4 bytes of x are two int16. w is int8 in memory,
 * w[2k, n] w[2k+1, n] for four n.
 */
import { f32x4 } from "../../wasm/instructions.ts";
import { i32x4, load8x8_s } from "../../wasm/integerVectors.ts";
import type { Arithmetic } from "./arithmetic.ts";

export const pairs: Arithmetic = {
  wBytes: 8,
  load: load8x8_s,
  zero: f32x4.splat(0), // as int32 too
  product: i32x4.dot_i16x8_s,
  multiplyAdd: (acc, x, w) => i32x4.add(acc, i32x4.dot_i16x8_s(x, w)),
};
