/** @file Prefetching: WebAssembly has no prefetch instruction, so a load whose value is dropped takes its place. */
import type { Expr, Local, Statements } from "../../wasm/expression.ts";
import { drop, local, v128 } from "../../wasm/instructions.ts";
import { add } from "../../wasm/integer.ts";
import { advance, range, upTo } from "./loops.ts";

/** Bytes that memory transfers at a time. */
export const CACHE_LINE_BYTES = 64;

/**
 * Touches every cache line of `bytes` bytes from `start`, so the misses overlap; a loop that computes as it loads would
 * wait for each in turn.
 */
export function touchAll(line: Local<"i32">, end: Local<"i32">, start: Expr<"i32">, bytes: number): Statements {
  return [
    local.set(line, start),
    local.set(end, add(line, bytes)),
    upTo(line, end, [drop(v128.load(line))], CACHE_LINE_BYTES),
  ];
}

/** Touches the next `count` cache lines, and moves on past them. */
export function touchNext(line: Local<"i32">, count: number): Statements {
  return [range(count, (i) => drop(v128.load(line, i * CACHE_LINE_BYTES))), advance(line, count * CACHE_LINE_BYTES)];
}
