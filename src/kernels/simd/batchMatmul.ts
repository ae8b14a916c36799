/**
 * @file Products of two values, matrix by matrix: Y[…, M, N] = A[…, M, K] · B[…, K, N], as in attention. The tile reads
 * B in place, row by row; a unit is some rows of one matrix of Y.
 */
import { joinedAxes } from "../../tensor/lines.ts";
import { broadcastStrides, type Shape, sizeOf } from "../../tensor/shape.ts";
import { call } from "../../wasm/control.ts";
import type { Func, Local, Statements } from "../../wasm/expression.ts";
import { local } from "../../wasm/instructions.ts";
import { add, div, item, min, mul, rem, sub } from "../../wasm/integer.ts";
import { FLOAT_BYTES } from "../../wasm/sizes.ts";
import type { EmittedKernel } from "../contract/kernels.ts";
import { ARITHMETIC } from "./arithmetic.ts";
import { type Emitter, launchFunc } from "./emitter.ts";
import { parked } from "./ending.ts";
import type { Accumulators, Precision } from "./engines.ts";
import { forEach, upTo } from "./loops.ts";
import { floatPanel, panelsFor } from "./panels.ts";
import { rows } from "./rows.ts";

/** Rows of Y per unit. */
const ROWS = 16;

interface Batch {
  readonly M: number;
  readonly K: number;
  readonly N: number;
  /** Axes of Y before the matrices, outermost first, with the steps of A and B along them, in elements. */
  readonly outer: readonly { readonly extent: number; readonly a: number; readonly b: number }[];
  readonly panelVectors: number;
  readonly precision: Precision;
  readonly accumulators: Accumulators;
}

/** @param a […, M, K], and b […, K, N], whose leading axes broadcast */
export function batchMatmul(a: Shape, b: Shape, output: Shape, emitter: Emitter): EmittedKernel {
  const [M, N] = output.slice(-2);
  const { panelVectors, precision, accumulators } = emitter;
  const before = output.slice(0, -2);
  const [stepsA, stepsB] = [a, b].map((shape) => broadcastStrides(shape, [...before, ...shape.slice(-2)]));
  const outer = joinedAxes(before, stepsA, stepsB);
  const batch: Batch = { M, K: a[a.length - 1], N, outer, panelVectors, precision, accumulators };
  const units = sizeOf(before) * Math.ceil(M / ROWS);
  return {
    kind: "emitted",
    launches: [{ func: emitter.func(unitsFunction, batch), operands: [0, 1, "output"], units }],
  };
}

function unitsFunction({ M, K, N, outer, panelVectors, precision, accumulators }: Batch): Func {
  const blocks = Math.ceil(M / ROWS);
  const panels = panelsFor(N, panelVectors, floatPanel(K));
  const tiles = panels.map(({ columns }) =>
    rows(
      {
        arithmetic: ARITHMETIC[precision],
        walk: { count: K, stepBytes: FLOAT_BYTES },
        ending: parked,
        resumes: false,
        columns,
        xRowBytes: K * FLOAT_BYTES,
        yRowBytes: N * FLOAT_BYTES,
        wStepBytes: N * FLOAT_BYTES,
      },
      accumulators,
    ),
  );
  return launchFunc("batchMatmul", ["a", "b", "y"], ({ a, b, y, from, to }, declare) => {
    const [matrix, row, rest, count] = declare.i32("matrix", "row", "rest", "count");
    const [aAt, bAt, yAt, offset] = declare.i32("aAt", "bAt", "yAt", "offset");
    /** Moves a and b to the matrix with this number: its index along each axis, the innermost first. */
    const move = (at: Local<"i32">, step: number, extent: number): Statements =>
      step === 0 ? [] : [local.set(at, item(at, rem(rest, extent), step * FLOAT_BYTES))];
    const moved = outer
      .toReversed()
      .map(
        (axis): Statements => [
          move(aAt, axis.a, axis.extent),
          move(bAt, axis.b, axis.extent),
          local.set(rest, div(rest, axis.extent)),
        ],
      );
    return upTo(from, to, [
      local.set(matrix, div(from, blocks)),
      local.set(row, mul(rem(from, blocks), ROWS)),
      local.set(count, min(sub(M, row), ROWS)),
      local.set(rest, matrix),
      local.set(aAt, item(a, row, K * FLOAT_BYTES)),
      local.set(bAt, b),
      moved,
      local.set(yAt, item(y, add(mul(matrix, M), row), N * FLOAT_BYTES)),
      panels.map(({ count: many, column, columns }, i) => {
        const [first, end] = [column, column + many * columns].map((one) => one * FLOAT_BYTES);
        const product = call(tiles[i], aAt, add(yAt, offset), add(bAt, offset), count);
        return forEach(offset, first, end, [product], columns * FLOAT_BYTES);
      }),
    ]);
  });
}
