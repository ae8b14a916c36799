/** @file Loops over the channels of a pixel, a vector at a time. */
import type { Declare } from "../../wasm/control.ts";
import { loop } from "../../wasm/control.ts";
import type { Local, Statements } from "../../wasm/expression.ts";
import { i32, local } from "../../wasm/instructions.ts";
import { advance, LANES, lastLanes, VECTOR_BYTES, vectorsFor } from "./emit.ts";

/**
 * The body for each vector of n numbers, with its place in bytes and the lanes of it that count. Whole vectors go round
 * a loop; a last one with fewer lanes follows.
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
    local.set(bytes, i32.const(0)),
    whole === 0
      ? []
      : [loop("c", (again) => [...body(bytes, LANES), ...advance(bytes, VECTOR_BYTES), again(i32.lt_u(bytes, whole))])],
    rest,
  ];
}
