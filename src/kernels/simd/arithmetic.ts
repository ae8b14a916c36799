/**
 * @file The arithmetic of a matrix product: what one step of k is. A step reads 4 bytes of each row of x, one float32
 * or two int16 (pairs.ts).
 */
import type { Expr, Local } from "../../wasm/expression.ts";
import { f32x4, v128 } from "../../wasm/instructions.ts";
import { VECTOR_BYTES } from "../../wasm/sizes.ts";
import type { Precision } from "./engines.ts";

type V = Expr<"v128">;

export interface Arithmetic {
  /** Bytes of four columns of w, for one step. */
  readonly wBytes: number;
  /** Four columns of w. */
  load(w: Local<"i32">, offset: number): V;
  /** acc = 0 */
  readonly zero: V;
  /** x · w */
  product(x: V, w: V): V;
  /** acc + x · w */
  multiplyAdd(acc: V, x: V, w: V): V;
}

/** One rounding for the product, one for the sum: the same bits on every machine. */
const strict: Arithmetic = {
  wBytes: VECTOR_BYTES,
  load: v128.load,
  zero: f32x4.splat(0),
  product: f32x4.mul,
  multiplyAdd: (acc, x, w) => f32x4.add(acc, f32x4.mul(x, w)),
};

/** One rounding for both, if the machine has an instruction for it. */
const relaxed: Arithmetic = { ...strict, multiplyAdd: (acc, x, w) => f32x4.relaxed_madd(x, w, acc) };

export const ARITHMETIC: Readonly<Record<Precision, Arithmetic>> = { exact: strict, fast: relaxed };
