/** @file Numbers in blocks of 8 or 16: whole blocks in a loop, then the rest. */
import type { Declare } from "../../../wasm/control.ts";
import type { Local, Statements } from "../../../wasm/expression.ts";
import { forEach } from "../loops.ts";

/**
 * The body for each block of n numbers, with the index of its first and how many there are. Numbers after the last are
 * read, but must not be written.
 */
export function eachBlock(
  n: number,
  size: number,
  declare: Declare,
  body: (first: Local<"i32">, count: number) => Statements,
): Statements {
  const first = declare("i32", "first");
  const whole = n - (n % size);
  return [forEach(first, 0, whole, body(first, size), size), n > whole ? body(first, n - whole) : []];
}
