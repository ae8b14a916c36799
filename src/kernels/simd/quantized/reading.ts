/** @file Eight-bit integers as the products read them: int16 less their zero point, or uint8 (products.ts). */
import type { QuantizedLayer } from "../../../geometry/quantizedLayer.ts";
import type { QuantizedType } from "../../../tensor/quantizedTensor.ts";
import type { Declare } from "../../../wasm/control.ts";
import type { Expr, Local, Statements } from "../../../wasm/expression.ts";
import { local, v128 } from "../../../wasm/instructions.ts";
import { i16x8, int8s, load8x8, xor } from "../../../wasm/integerVectors.ts";
import { VECTOR_BYTES } from "../../../wasm/sizes.ts";
import { advance, repeat } from "../loops.ts";
import { PRODUCTS, type ProductName } from "./products.ts";
import { storeBytes } from "./requantize.ts";

/** How the integers of an input are read. */
export interface Reading {
  readonly type: QuantizedType;
  readonly zeroPoint: number;
  /** Bytes of each: 2, less the zero point; or 1, unsigned. */
  readonly bytes: 1 | 2;
}

/** Which integers to centre, and what to subtract from them. */
export type Centered = Pick<Reading, "type" | "zeroPoint">;

/** int16 in a vector; as many eight-bit integers are loaded for it. */
export const INT16_LANES = 8;
export const INT16_BYTES = 2;

export function readingOf({ input: { type, zeroPoint } }: QuantizedLayer, products: ProductName): Reading {
  return { type, zeroPoint, bytes: PRODUCTS[products].xBytes };
}

/** The number that represents 0 in what is read. */
export function zeroOf({ type, zeroPoint, bytes }: Reading): number {
  return bytes === 2 ? 0 : type === "int8" ? zeroPoint + 128 : zeroPoint;
}

/** Eight numbers as int16, less their zero point. */
export function centered({ type, zeroPoint }: Centered, x: Local<"i32">, offset: number = 0): Expr<"v128"> {
  const wide = load8x8[type](x, offset);
  return zeroPoint === 0 ? wide : i16x8.sub(wide, i16x8.splat(zeroPoint));
}

/** A vector of what is read: eight int16, or sixteen uint8. */
function vectorOf(r: Reading, x: Local<"i32">, offset: number): Expr<"v128"> {
  if (r.bytes === 2) return centered(r, x, offset);
  const stored = v128.load(x, offset);
  return r.type === "int8" ? xor(stored, int8s.splat(-128)) : stored;
}

/** Vectors of a row in one iteration of its unrolled loop. */
const UNROLLED = 4;

/** y[i] = x[i] as it is read, for n numbers; no byte after them is written. Moves both pointers, y by `yBytes`. */
export function readRow(
  r: Reading,
  x: Local<"i32">,
  y: Local<"i32">,
  n: number,
  yBytes: number,
  declare: Declare,
): Statements {
  const lanes = VECTOR_BYTES / r.bytes;
  const vectors = Math.floor(n / lanes);
  const rest = n % lanes;
  const some = (count: number): Statements => [
    Array.from({ length: count }, (_, i) => v128.store(y, vectorOf(r, x, i * lanes), i * VECTOR_BYTES)),
    advance(x, count * lanes),
    advance(y, count * VECTOR_BYTES),
  ];
  const last = declare("v128", "last");
  return [
    repeat(declare("i32", "vectors"), Math.floor(vectors / UNROLLED), some(UNROLLED)),
    vectors % UNROLLED > 0 ? some(vectors % UNROLLED) : [],
    rest > 0 ? [local.set(last, vectorOf(r, x, 0)), storeBytes(y, last, rest * r.bytes), advance(x, rest)] : [],
    advance(y, yBytes - vectors * VECTOR_BYTES),
  ];
}
