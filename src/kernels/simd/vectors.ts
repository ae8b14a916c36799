/** @file Numbers as vectors: how many there are, and how the last one, with unused lanes, is handled. */
import { type Declare, loop } from "../../wasm/control.ts";
import type { Expr, Local, Operand, Statements } from "../../wasm/expression.ts";
import { i32, local, v128 } from "../../wasm/instructions.ts";
import { LANES, VECTOR_BYTES } from "../../wasm/sizes.ts";
import { advance } from "./loops.ts";

/** Vectors that hold n numbers. */
export function vectorsFor(n: number): number {
  return Math.ceil(n / LANES);
}

/** Lanes of the last of those vectors that are used. */
export function lastLanes(n: number): number {
  return n - (vectorsFor(n) - 1) * LANES;
}

/** Stores the lower `lanes` lanes: the bytes after them belong to another value. */
export function storeLanes(
  address: Operand<"i32">,
  value: Expr<"v128">,
  lanes: number,
  offset: number = 0,
): Statements {
  switch (lanes) {
    case 4:
      return [v128.store(address, value, offset)];
    case 3:
      return [v128.store64_lane(address, value, 0, offset), v128.store32_lane(address, value, 2, offset + 8)];
    case 2:
      return [v128.store64_lane(address, value, 0, offset)];
    default:
      return [v128.store32_lane(address, value, 0, offset)];
  }
}

/**
 * The body for each vector of n numbers, with its offset in bytes and the number of its lanes that are used. Whole
 * vectors run in a loop; a last one with fewer lanes follows.
 */
export function eachVector(
  n: number,
  declare: Declare,
  body: (bytes: Local<"i32">, lanes: number) => Statements,
): Statements {
  const bytes = declare("i32", "c");
  const whole = Math.floor(n / LANES) * VECTOR_BYTES;
  const rest = vectorsFor(n) * VECTOR_BYTES > whole ? body(bytes, lastLanes(n)) : [];
  return [
    local.set(bytes, 0),
    whole === 0
      ? []
      : loop("c", (again) => [body(bytes, LANES), advance(bytes, VECTOR_BYTES), again(i32.lt_u(bytes, whole))]),
    rest,
  ];
}
