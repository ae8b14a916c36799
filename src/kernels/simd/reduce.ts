/**
 * @file Reductions over neighbouring axes: of [N, H, C] over H, four elements of C at a time. Sums are carried in
 * float64 and rounded once.
 */
import type { Reduction } from "../../geometry/reduction.ts";
import { type Shape, sizeOf } from "../../tensor/shape.ts";
import type { Declare } from "../../wasm/control.ts";
import type { Local, Statements } from "../../wasm/expression.ts";
import { f32x4, f64x2, local, v128 } from "../../wasm/instructions.ts";
import { add, item } from "../../wasm/integer.ts";
import { FLOAT_BYTES } from "../../wasm/sizes.ts";
import type { EmittedKernel } from "../contract/kernels.ts";
import { joined, promoteHigh } from "./elementwise.ts";
import { launchFunc } from "./emitter.ts";
import { advance, repeat, upTo } from "./loops.ts";
import { eachVector, storeLanes } from "./vectors.ts";

/** How the elements of a column are processed: code before them, for each of them, and after them. */
interface Fold {
  readonly start: Statements;
  readonly step: Statements;
  readonly end: Statements;
}

/** A fold: `v` is the element, and at the end the result. */
type Folding = (v: Local<"v128">, declare: Declare) => Fold;

/** @returns null for axes that are not adjacent, which are left to the naive tier */
export function reduce(f: Reduction, shape: Shape, axes: readonly number[]): EmittedKernel | null {
  const [first, last] = [axes[0], axes[axes.length - 1]];
  const between = shape.slice(first, last + 1).map((_, i) => first + i);
  if (!between.every((axis) => axes.includes(axis) || shape[axis] === 1)) return null;
  const n = sizeOf(shape.slice(first, last + 1));
  return columns(f, shape, first, last, f === "reduceMean" || f === "reduceSum" ? sum(f, n) : extreme(f));
}

/** The first index of the largest element along an axis. */
export function argMax(shape: Shape, axis: number): EmittedKernel {
  return columns("argMax", shape, axis, axis, largest);
}

/** A unit is one index along the axes before `first`. */
function columns(name: string, shape: Shape, first: number, last: number, folding: Folding): EmittedKernel {
  const [N, H] = [sizeOf(shape.slice(0, first)), sizeOf(shape.slice(first, last + 1))];
  const C = sizeOf(shape.slice(last + 1));
  const func = launchFunc(name, ["x", "y"], ({ x, y, from, to }, declare) => {
    const [at, h] = declare.i32("at", "h");
    const v = declare("v128", "v");
    const { start, step, end } = folding(v, declare);
    return upTo(from, to, [
      eachVector(C, declare, (c, lanes) => [
        local.set(at, add(item(x, from, H * C * FLOAT_BYTES), c)),
        start,
        repeat(h, H, [local.set(v, v128.load(at)), step, advance(at, C * FLOAT_BYTES)]),
        end,
        storeLanes(add(item(y, from, C * FLOAT_BYTES), c), v, lanes),
      ]),
    ]);
  });
  return { kind: "emitted", launches: [{ func, operands: [0, "output"], units: N }] };
}

function extreme(f: "reduceMax" | "reduceMin"): Folding {
  const [op, limit] = f === "reduceMax" ? [f32x4.max, Number.NEGATIVE_INFINITY] : [f32x4.min, Number.POSITIVE_INFINITY];
  return (v, declare) => {
    const best = declare("v128", "best");
    return {
      start: [local.set(best, f32x4.splat(limit))],
      step: [local.set(best, op(best, v))],
      end: [local.set(v, best)],
    };
  };
}

/** @param n elements of a column */
function sum(f: "reduceMean" | "reduceSum", n: number): Folding {
  return (v, declare) => {
    const [low, high] = declare.v128("low", "high");
    const result = (half: Local<"v128">) => (f === "reduceSum" ? half : f64x2.div(half, f64x2.splat(n)));
    return {
      start: [local.set(low, f64x2.splat(0)), local.set(high, f64x2.splat(0))],
      step: [
        local.set(low, f64x2.add(low, f64x2.promote_low_f32x4(v))),
        local.set(high, f64x2.add(high, promoteHigh(v))),
      ],
      end: [local.set(v, joined(result(low), result(high)))],
    };
  };
}

/** Indices are counted in float32, which holds all of them below 2^24. NaN counts as larger than anything. */
const largest: Folding = (v, declare) => {
  const [best, at, index, stays] = declare.v128("best", "bestAt", "index", "stays");
  const c = f32x4.splat;
  return {
    start: [local.set(best, c(Number.NEGATIVE_INFINITY)), local.set(at, c(0)), local.set(index, c(0))],
    step: [
      local.set(stays, v128.or(f32x4.le(v, best), f32x4.ne(best, best))),
      local.set(best, v128.bitselect(best, v, stays)),
      local.set(at, v128.bitselect(at, index, stays)),
      local.set(index, f32x4.add(index, c(1))),
    ],
    end: [local.set(v, at)],
  };
};
