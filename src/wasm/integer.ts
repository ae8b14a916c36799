/**
 * @file Arithmetic of addresses and counters. An operand is a number that is known while code is emitted, or an
 * instruction; the result of two numbers is a number, so known values cost nothing when the code runs.
 */
import type { Expr, Operand } from "./expression.ts";
import { i32, select } from "./instructions.ts";

export type Int = Operand<"i32">;

interface Binary {
  (a: number, b: number): number;
  (a: Expr<"i32">, b: Int): Expr<"i32">;
  (a: Int, b: Expr<"i32">): Expr<"i32">;
  (a: Int, b: Int): Int;
}

/** Applies the operation to numbers, and the instruction to anything else. */
function folding(onNumbers: (a: number, b: number) => number, emit: (a: Int, b: Int) => Expr<"i32">): Binary {
  return ((a: Int, b: Int) =>
    typeof a === "number" && typeof b === "number" ? onNumbers(a, b) : emit(a, b)) as Binary;
}

/** Unsigned, as are all of these; nothing is emitted for `b` = 0. */
export const add: Binary = folding(
  (a, b) => a + b,
  (a, b) => (b === 0 ? (a as Expr<"i32">) : i32.add(a, b)),
);
export const sub: Binary = folding((a, b) => a - b, i32.sub);
export const mul: Binary = folding((a, b) => a * b, i32.mul);
export const div: Binary = folding((a, b) => Math.floor(a / b), i32.div_u);
export const rem: Binary = folding((a, b) => a % b, i32.rem_u);
export const min: Binary = folding(Math.min, (a, b) => select(a, b, i32.lt_u(a, b)));
export const max: Binary = folding(Math.max, (a, b) => select(a, b, i32.gt_u(a, b)));

/** `base + index · bytes`: the address of an item of an array, or of a row of a matrix. */
export function item(base: Expr<"i32">, index: Int, bytes: number): Expr<"i32"> {
  return add(base, mul(index, bytes));
}
