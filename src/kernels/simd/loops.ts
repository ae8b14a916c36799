/** @file Loops: emitted ones, and one that unrolls its body. */
import { type Declare, loop, when } from "../../wasm/control.ts";
import type { Local, Statements } from "../../wasm/expression.ts";
import { i32, local } from "../../wasm/instructions.ts";
import { add, type Int } from "../../wasm/integer.ts";

/** Moves a pointer or counter. */
export function advance(pointer: Local<"i32">, bytes: Int): Statements {
  return bytes === 0 ? [] : [local.set(pointer, add(pointer, bytes))];
}

/** The body, `count` times; the counter runs down from `count` to 1. */
export function repeat(counter: Local<"i32">, count: number, body: Statements): Statements {
  if (count === 0) return [];
  if (count === 1) return body;
  return [local.set(counter, count), countDown(counter, body)];
}

/** The body, as many times as the counter says, at least once. */
export function countDown(counter: Local<"i32">, body: Statements): Statements {
  return [loop(counter.immediate.name, (again) => [body, local.set(counter, i32.sub(counter, 1)), again(counter)])];
}

/** The body for each value of the index from its current one up to `end`; never if there is none. */
export function upTo(index: Local<"i32">, end: Int, body: Statements, step: number = 1): Statements {
  return [
    when(i32.lt_u(index, end), [
      loop(index.immediate.name, (again) => [body, advance(index, step), again(i32.lt_u(index, end))]),
    ]),
  ];
}

/** The body for each value of the index from `first` up to `end`. */
export function forEach(index: Local<"i32">, first: Int, end: Int, body: Statements, step: number = 1): Statements {
  return [local.set(index, first), upTo(index, end, body, step)];
}

/** The body for each index along the axes around it. @param axes steps: how far each of the pointers moves, in bytes */
export function nest(
  axes: readonly { readonly extent: number; readonly steps: readonly number[] }[],
  pointers: readonly Local<"i32">[],
  declare: Declare,
  body: Statements,
): Statements {
  let inner = body;
  let moved = pointers.map(() => 0);
  for (const { extent, steps } of axes.toReversed()) {
    // Each step subtracts what the loops inside have moved.
    const move = pointers.map((pointer, p) => advance(pointer, steps[p] - moved[p]));
    inner = repeat(declare("i32", "i"), extent, [inner, move]);
    moved = steps.map((step) => extent * step);
  }
  return inner;
}

/** What `make` returns for 0 to `count` - 1: an unrolled loop. */
export function range<T>(count: number, make: (i: number) => T): T[] {
  return Array.from({ length: count }, (_, i) => make(i));
}
