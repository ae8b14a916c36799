/**
 * @file Integers of eight bits as int16, less their zero point: x̂ = x - zx. What the products read, padding being 0.
 */
import type { QuantizedType } from "../../../tensor/quantizedTensor.ts";
import type { Declare } from "../../../wasm/control.ts";
import type { Expr, Local, Statements } from "../../../wasm/expression.ts";
import { local, v128 } from "../../../wasm/instructions.ts";
import { add } from "../../../wasm/integer.ts";
import { i16x8, load8x8 } from "../../../wasm/integerVectors.ts";
import { VECTOR_BYTES } from "../../../wasm/sizes.ts";
import { advance, repeat } from "../loops.ts";
import { storeBytes } from "./requantize.ts";

/** How the integers of an input are read. */
export interface Centering {
  readonly type: QuantizedType;
  readonly zeroPoint: number;
}

/** int16 in a vector, and as many bytes of eight-bit integers. */
export const INT16_LANES = 8;
export const INT16_BYTES = 2;

/** Eight of them. */
export function centered({ type, zeroPoint }: Centering, x: Local<"i32">, offset: number = 0): Expr<"v128"> {
  const wide = load8x8[type](x, offset);
  return zeroPoint === 0 ? wide : i16x8.sub(wide, i16x8.splat(zeroPoint));
}

/** Vectors of a row that are written out in one round of its loop. */
const UNROLLED = 4;

/**
 * y[i] = x[i] - zx for n elements; no byte after them is written. Moves both pointers, x by n bytes and y by `yBytes`.
 */
export function centerRow(
  c: Centering,
  x: Local<"i32">,
  y: Local<"i32">,
  n: number,
  yBytes: number,
  declare: Declare,
): Statements {
  const vectors = Math.floor(n / INT16_LANES);
  const rest = n % INT16_LANES;
  const rounds = Math.floor(vectors / UNROLLED);
  const some = (count: number): Statements => [
    Array.from({ length: count }, (_, i) => v128.store(y, centered(c, x, i * INT16_LANES), i * VECTOR_BYTES)),
    advance(x, count * INT16_LANES),
    advance(y, count * VECTOR_BYTES),
  ];
  const wide = declare("v128", "wide");
  return [
    repeat(declare("i32", "vectors"), rounds, some(UNROLLED)),
    vectors % UNROLLED > 0 ? some(vectors % UNROLLED) : [],
    rest > 0 ? [local.set(wide, centered(c, x)), storeBytes(y, wide, rest * INT16_BYTES), advance(x, rest)] : [],
    advance(y, yBytes - vectors * VECTOR_BYTES),
  ];
}

/** The address of element `index` of an array of int16. */
export function int16At(base: Local<"i32">, index: Expr<"i32">): Expr<"i32"> {
  return add(base, add(index, index));
}
