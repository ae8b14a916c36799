/**
 * @file Sums of two quantities per channel over all rows, in float64: first those of each block of rows, then, block
 * after block, those of all rows. Threads share blocks, and the order is the same for any number of them.
 */

import { type Declare, when } from "../../../wasm/control.ts";
import type { Expr, Func, Local, Statements } from "../../../wasm/expression.ts";
import { f64x2, i32, local, v128 } from "../../../wasm/instructions.ts";
import { add, item } from "../../../wasm/integer.ts";
import { FLOAT_BYTES } from "../../../wasm/sizes.ts";
import type { EmittedKernel } from "../../contract/kernels.ts";
import { joined } from "../elementwise.ts";
import { launchFunc } from "../emitter.ts";
import { advance, forEach, upTo } from "../loops.ts";
import { storeLanes, vectorsFor } from "../vectors.ts";
import { blockRows, eachChannelOfRows, type Pointers, paddedChannels, type Rows } from "./channels.ts";

const DOUBLE_BYTES = 8;
const HALF_BYTES = 16;

type Pair = readonly [low: Expr<"v128">, high: Expr<"v128">];

export interface Quantities {
  readonly begin: (c: Local<"i32">) => Statements;
  /** Two float64 quantities of a row, as halves of a vector of channels. */
  readonly quantities: (at: Local<"i32">) => {
    readonly before: Statements;
    readonly first: Pair;
    readonly second: Pair;
  };
}

/** Sums of two quantities over each block of rows, float64 [blocks, 2, C padded to whole vectors]. */
export function partialSums(
  name: string,
  inputs: readonly string[],
  { rows, C }: Rows,
  make: (p: Pointers, declare: Declare) => Quantities,
): Func {
  const count = blockRows(rows, C);
  const sumBytes = paddedChannels(C) * DOUBLE_BYTES;
  return launchFunc(name, [...inputs, "sums"], (given, declare) => {
    const { sums, from } = given;
    const moving = ["x", "dy"].filter((key) => key in given);
    const own = Object.fromEntries(moving.map((key) => [key, declare("i32", `${key}Block`)]));
    const totals = ["s0", "s1", "s2", "s3"].map((key) => declare("v128", key));
    const { begin, quantities } = make({ ...given, ...own }, declare);
    const target = declare("i32", "target");
    return upTo(from, given.to, [
      moving.map((key) => local.set(own[key], item(given[key], from, count * C * FLOAT_BYTES))),
      eachChannelOfRows(C, count, declare, {
        begin: (c) => [totals.map((s) => local.set(s, f64x2.splat(0))), begin(c)],
        row: (at) => {
          const { before, first, second } = quantities(at);
          return [before, [...first, ...second].map((value, i) => local.set(totals[i], f64x2.add(totals[i], value)))];
        },
        end: (c) => [
          local.set(target, add(item(sums, from, 2 * sumBytes), i32.shl(c, 1))),
          totals.map((s, i) => v128.store(target, s, Math.floor(i / 2) * sumBytes + (i % 2) * HALF_BYTES)),
        ],
      }),
    ]);
  });
}

/** The sums of all blocks, one after the other, finished and rounded: y [2, C]. A unit is a vector of channels. */
export function combineSums(
  { rows, C }: Rows,
  finish: (first: Local<"v128">, second: Local<"v128">) => Statements,
): Func {
  const blockCount = rows / blockRows(rows, C);
  const sumBytes = paddedChannels(C) * DOUBLE_BYTES;
  return launchFunc("combine", ["sums", "y"], ({ sums, y, from, to }, declare) => {
    const totals = ["s0", "s1", "s2", "s3"].map((key) => declare("v128", key));
    const [at, block] = declare.i32("at", "block");
    const last = vectorsFor(C) - 1;
    const body = (lanes: number): Statements => [
      totals.map((s) => local.set(s, f64x2.splat(0))),
      local.set(at, item(sums, from, 2 * HALF_BYTES)),
      forEach(block, 0, blockCount, [
        totals.map((s, i) =>
          local.set(s, f64x2.add(s, v128.load(at, Math.floor(i / 2) * sumBytes + (i % 2) * HALF_BYTES))),
        ),
        advance(at, 2 * sumBytes),
      ]),
      finish(totals[0], totals[2]),
      finish(totals[1], totals[3]),
      storeLanes(item(y, from, HALF_BYTES), joined(totals[0], totals[1]), lanes),
      storeLanes(item(y, from, HALF_BYTES), joined(totals[2], totals[3]), lanes, C * FLOAT_BYTES),
    ];
    const rest = C % 4;
    return upTo(from, to, rest === 0 ? body(4) : [when(i32.eq(from, last), body(rest), body(4))]);
  });
}

export function sumsKernel(partial: Func, combine: Func, { rows, C }: Rows, inputs: readonly number[]): EmittedKernel {
  const blockCount = rows / blockRows(rows, C);
  return {
    kind: "emitted",
    launches: [
      { func: partial, operands: [...inputs, "scratch"], units: blockCount },
      { func: combine, operands: ["scratch", "output"], units: vectorsFor(C) },
    ],
    scratchBytes: blockCount * 2 * paddedChannels(C) * DOUBLE_BYTES,
  };
}
