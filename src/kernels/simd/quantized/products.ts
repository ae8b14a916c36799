/**
 * @file One step of k for integers: several products, added exactly to int32 accumulators. A step reads 4 bytes of each
 * row of x.
 *
 *   pairs   acc[n] = acc[n] + x̂[2k] · w[2k, n] + x̂[2k+1] · w[2k+1, n]        x̂ int16, less its zero point
 *   wide    the same, with ŵ as int16: where its zero point is not 0, w - zw needs nine bits
 *   quads   acc[n] = acc[n] + Σ i  u[4k+i] · w[4k+i, n],  i = 0 … 3           u uint8, as stored or plus 128
 *
 * Quads need an engine whose dot product takes unsigned by signed bytes without saturating (exactDot.ts). There x keeps
 * its zero point, z, and z · Σ w is subtracted from the bias instead.
 */
import type { Expr, Local } from "../../../wasm/expression.ts";
import { f32x4, v128 } from "../../../wasm/instructions.ts";
import { i32x4, load8x8 } from "../../../wasm/integerVectors.ts";
import type { Arithmetic } from "../arithmetic.ts";

export interface Products {
  readonly arithmetic: Arithmetic;
  /** k per step. */
  readonly depth: 2 | 4;
  /** Bytes of a number of x as it is read. */
  readonly xBytes: 1 | 2;
  /** Bytes of a weight as it is packed. */
  readonly wBytes: 1 | 2;
}

const pairs: Arithmetic = {
  wBytes: 8,
  load: load8x8.int8,
  zero: f32x4.splat(0), // as int32 too
  product: i32x4.dot_i16x8_s,
  multiplyAdd: (acc, x, w) => i32x4.add(acc, i32x4.dot_i16x8_s(x, w)),
};

const quads: Arithmetic = {
  wBytes: 16,
  load: (w: Local<"i32">, offset: number): Expr<"v128"> => v128.load(w, offset),
  zero: f32x4.splat(0),
  product: (x, w) => i32x4.relaxed_dot_i8x16_i7x16_add_s(w, x, f32x4.splat(0)),
  multiplyAdd: (acc, x, w) => i32x4.relaxed_dot_i8x16_i7x16_add_s(w, x, acc),
};

/** The name of a way to multiply. */
export type ProductName = "pairs" | "wide" | "quads";

export const PRODUCTS: Readonly<Record<ProductName, Products>> = {
  pairs: { arithmetic: pairs, depth: 2, xBytes: 2, wBytes: 1 },
  wide: { arithmetic: { ...pairs, wBytes: 16, load: v128.load }, depth: 2, xBytes: 2, wBytes: 2 },
  quads: { arithmetic: quads, depth: 4, xBytes: 1, wBytes: 1 },
};

/** Steps for `length` k. */
export function stepsOf(name: ProductName, length: number): number {
  return Math.ceil(length / PRODUCTS[name].depth);
}
