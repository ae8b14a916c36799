/**
 * @file Instructions on vectors of integers. A separate module, so that programs without integer kernels do not load
 * it.
 */
import { type Binary, type Load, load, vectorBinary } from "./define.ts";

/** Four int32 lanes. */
export const i32x4: {
  add: Binary<"v128">;
  /** Of eight int16 lanes each: the products of neighbours, added in pairs. */
  dot_i16x8_s: Binary<"v128">;
} = {
  add: vectorBinary("i32x4.add", 0xae),
  dot_i16x8_s: vectorBinary("i32x4.dot_i16x8_s", 0xba),
};

/** Eight int8 of memory, widened to int16. */
export const load8x8_s: Load = load("v128.load8x8_s", 0x01);
