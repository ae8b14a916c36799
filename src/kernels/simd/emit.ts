/** @file Phrases that the generators of this tier share: vectors with some lanes unused, counted loops, activations. */
import type { Activation } from "../../geometry/activation.ts";
import { loop, when } from "../../wasm/control.ts";
import type { Expr, Local, Operand, Statements } from "../../wasm/expression.ts";
import { drop, f32x4, i32, local, select, v128 } from "../../wasm/instructions.ts";

/** float32 in a vector. */
export const LANES = 4;
export const FLOAT_BYTES = 4;
export const VECTOR_BYTES = 16;

/** Vectors that hold n numbers. */
export function vectorsFor(n: number): number {
  return Math.ceil(n / LANES);
}

/** Lanes of the last of those vectors that are used. */
export function lastLanes(n: number): number {
  return n - (vectorsFor(n) - 1) * LANES;
}

/** `address + bytes`, without an addition of nothing. */
export function plus(address: Expr<"i32">, bytes: Operand<"i32">): Expr<"i32"> {
  return bytes === 0 ? address : i32.add(address, bytes);
}

/** Moves a pointer or counter. */
export function advance(pointer: Local<"i32">, bytes: Operand<"i32">): Statements {
  return bytes === 0 ? [] : [local.set(pointer, i32.add(pointer, bytes))];
}

/** The smaller of two integers. */
export function min(a: Operand<"i32">, b: Operand<"i32">): Expr<"i32"> {
  return select(a, b, i32.lt_u(a, b));
}

/** The larger of two integers. */
export function max(a: Operand<"i32">, b: Operand<"i32">): Expr<"i32"> {
  return select(a, b, i32.gt_u(a, b));
}

/** Stores the lower `lanes` lanes: what lies behind them in memory is somebody else's. */
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

/** The body, `count` times; the counter runs down from `count` to 1. */
export function repeat(counter: Local<"i32">, count: number, body: Statements): Statements {
  if (count === 0) return [];
  if (count === 1) return body;
  return [local.set(counter, i32.const(count)), countDown(counter, body)];
}

/** The body as often as the counter says, at least once. */
export function countDown(counter: Local<"i32">, body: Statements): Statements {
  return [loop(counter.immediate.name, (again) => [...body, local.set(counter, i32.sub(counter, 1)), again(counter)])];
}

/** The body for each value from the index' present one up to `end`; not at all if there is none. */
export function upTo(index: Local<"i32">, end: Operand<"i32">, body: Statements, step: number = 1): Statements {
  return [
    when(i32.lt_u(index, end), [
      loop(index.immediate.name, (again) => [...body, ...advance(index, step), again(i32.lt_u(index, end))]),
    ]),
  ];
}

/** Bytes that memory moves at a time. */
export const CACHE_LINE_BYTES = 64;

/**
 * Reads a number of each cache line from `start` on: what has to come from far away then comes all at once, where a
 * loop that computes with it would wait for one line after another.
 */
export function fetchLines(line: Local<"i32">, end: Local<"i32">, start: Expr<"i32">, bytes: number): Statements {
  return [
    local.set(line, start),
    local.set(end, i32.add(line, bytes)),
    upTo(line, end, [drop(v128.load(line))], CACHE_LINE_BYTES),
  ];
}

/** Reads a number of each of the next few cache lines, and moves on behind them. */
export function readLines(line: Local<"i32">, count: number): Statements {
  return [
    Array.from({ length: count }, (_, i) => drop(v128.load(line, i * CACHE_LINE_BYTES))),
    ...advance(line, count * CACHE_LINE_BYTES),
  ];
}

/** Activations that a kernel applies to its sums while they are in registers. A sigmoid is a launch of its own. */
export type FusedActivation = Exclude<Activation, "sigmoid">;

/**
 * v = f(v), lane by lane, rounding after each step. NaN stays NaN.
 *
 * `pmax(v, 0)` is v < 0 ? 0 : v, one machine instruction that keeps NaN. It would keep -0 too, but a sum that begins
 * with +0 is never -0.
 */
export function activate(f: FusedActivation, v: Local<"v128">): Statements {
  const zero = f32x4.splat(0);
  const six = f32x4.splat(6);
  switch (f) {
    case "none":
      return [];
    case "relu":
      return [local.set(v, f32x4.pmax(v, zero))];
    case "relu6":
      return [local.set(v, f32x4.pmin(f32x4.pmax(v, zero), six))];
    case "hardSigmoid": // (v + 3) / 6, cut off at 0 and 1
      return [local.set(v, f32x4.div(f32x4.pmin(f32x4.pmax(f32x4.add(v, f32x4.splat(3)), zero), six), six))];
    case "hardSwish": {
      // v · (v + 3) / 6 between -3 and 3, v - v below (0, and NaN for -∞, as -∞ · 0 is), v above
      const middle = f32x4.div(f32x4.mul(v, f32x4.add(v, f32x4.splat(3))), six);
      const below = f32x4.le(v, f32x4.splat(-3));
      const above = f32x4.ge(v, f32x4.splat(3));
      return [local.set(v, v128.bitselect(f32x4.sub(v, v), v128.bitselect(v, middle, above), below))];
    }
  }
}
