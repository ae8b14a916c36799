/**
 * @file Copies in which every axis of the output is an axis of the input, in any order and with any steps: transposes,
 * slices, stretched values, and each part of a concatenation.
 */
import type { JoinedAxis } from "../../tensor/lines.ts";
import type { Declare } from "../../wasm/control.ts";
import type { Func, Local, Statements } from "../../wasm/expression.ts";
import { i8x16, local, v128 } from "../../wasm/instructions.ts";
import { add, item } from "../../wasm/integer.ts";
import { FLOAT_BYTES, LANES, VECTOR_BYTES } from "../../wasm/sizes.ts";
import type { Launch } from "../contract/kernels.ts";
import { type Emitter, launchFunc } from "./emitter.ts";
import { advance, nest, range, repeat, upTo } from "./loops.ts";
import { eachVector, storeLanes } from "./vectors.ts";

/** Start of a copy, in elements. */
interface Starts {
  readonly x: number;
  readonly y: number;
}

/**
 * y[start + Σ i·b] = x[start + Σ i·a], for all indices i along the axes.
 *
 * @param axes as {@link joinedAxes} makes them: a are the steps of the input, b those of the output
 */
export function copies(
  axes: readonly JoinedAxis[],
  emitter: Emitter,
  input: number = 0,
  start: Starts = { x: 0, y: 0 },
): readonly Launch[] {
  const line = lineOf(axes);
  const [first, ...between] = axes.filter((axis) => !line.axes.includes(axis));
  if (first !== undefined) {
    const func = emitter.func(copyFunction, { first, between, line, start });
    return [{ func, operands: [input, "output"], units: first.extent }];
  }
  // With no outer axis, units are parts of the longest axis; the last one may be shorter.
  const [longest, ...others] = line.axes.toSorted((a, b) => b.extent - a.extent);
  const length = others.length > 0 ? LANES : LONG;
  const [units, rest] = [Math.floor(longest.extent / length), longest.extent % length];
  const part = (extent: number): readonly JoinedAxis[] =>
    axes.map((axis) => (axis === longest ? { ...axis, extent } : axis));
  const whole = { extent: units, a: length * longest.a, b: length * longest.b };
  const shorter = { x: start.x + units * whole.a, y: start.y + units * whole.b };
  const one = { extent: 1, a: 0, b: 0 };
  return [
    ...(units > 0 ? copies([whole, ...part(length)], emitter, input, start) : []),
    ...(rest > 0 ? copies([one, ...part(rest)], emitter, input, shorter) : []),
  ];
}

/** Elements of a part of a long line. */
const LONG = 1024;

/**
 * Unit of a vectorised copy: lines that both sides traverse in order, blocks that they traverse crosswise, or else
 * single elements.
 */
interface Line {
  readonly kind: "row" | "block" | "single";
  readonly axes: readonly JoinedAxis[];
}

function lineOf(axes: readonly JoinedAxis[]): Line {
  const inner = axes[axes.length - 1];
  if (inner.a === 1 && inner.b === 1) return { kind: "row", axes: [inner] };
  const across = axes.find((axis) => axis.a === 1 && axis.extent > 1);
  return inner.b === 1 && across ? { kind: "block", axes: [across, inner] } : { kind: "single", axes: [inner] };
}

interface Copy {
  /** The axis along which units are counted. */
  readonly first: JoinedAxis;
  readonly between: readonly JoinedAxis[];
  readonly line: Line;
  readonly start: Starts;
}

function copyFunction({ first, between, line: { kind, axes }, start }: Copy): Func {
  return launchFunc("copy", ["x", "y"], ({ x, y, from, to }, declare) => {
    const [xAt, yAt] = declare.i32("xAt", "yAt");
    const line = { row, block, single }[kind](xAt, yAt, axes, declare);
    const around = between.map(({ extent, a, b }) => ({ extent, steps: [a * FLOAT_BYTES, b * FLOAT_BYTES] }));
    return upTo(from, to, [
      local.set(xAt, item(add(x, start.x * FLOAT_BYTES), from, first.a * FLOAT_BYTES)),
      local.set(yAt, item(add(y, start.y * FLOAT_BYTES), from, first.b * FLOAT_BYTES)),
      nest(around, [xAt, yAt], declare, line),
    ]);
  });
}

/** Copies a line from x to y; it does not move the pointers. */
type CopyLine = (x: Local<"i32">, y: Local<"i32">, axes: readonly JoinedAxis[], declare: Declare) => Statements;

const row: CopyLine = (x, y, [{ extent }], declare) =>
  eachVector(extent, declare, (at, lanes) => storeLanes(add(y, at), v128.load(add(x, at)), lanes));

const single: CopyLine = (x, y, [{ extent, a, b }], declare) => {
  const [from, to, i] = declare.i32("from", "to", "i");
  return [
    local.set(from, x),
    local.set(to, y),
    repeat(i, extent, [
      v128.store32_lane(to, v128.load32_splat(from), 0),
      advance(from, a * FLOAT_BYTES),
      advance(to, b * FLOAT_BYTES),
    ]),
  ];
};

/**
 * A matrix transposed, four rows by four columns at a time: two rows are interleaved, and each pair of elements belongs
 * to one row of the output.
 *
 *   a0 a1 a2 a3, b0 b1 b2 b3  →  a0 b0 a1 b1, a2 b2 a3 b3
 */
const block: CopyLine = (x, y, [column, row], declare) => {
  const [xRows, yRows, from, to, i, j] = declare.i32("xRows", "yRows", "from", "to", "i", "j");
  const [v, other, low, high] = declare.v128("v", "other", "low", "high");
  const [xBytes, yBytes] = [row.a * FLOAT_BYTES, column.b * FLOAT_BYTES];
  /** The rows r and r + 1 of a block. */
  const pair = (r: number, columns: number): Statements => {
    return [
      local.set(v, v128.load(from, r * xBytes)),
      local.set(other, v128.load(from, (r + 1) * xBytes)),
      local.set(low, i8x16.shuffle(v, other, [0, 4, 1, 5])),
      columns > 2 ? local.set(high, i8x16.shuffle(v, other, [2, 6, 3, 7])) : [],
      range(columns, (c) => v128.store64_lane(to, c < 2 ? low : high, c % 2, c * yBytes + r * FLOAT_BYTES)),
    ];
  };
  const alone = (r: number, columns: number): Statements => [
    local.set(v, v128.load(from, r * xBytes)),
    range(columns, (c) => v128.store32_lane(to, v, c, c * yBytes + r * FLOAT_BYTES)),
  ];
  const square = (rows: number, columns: number): Statements => [
    range(Math.floor(rows / 2), (p) => pair(2 * p, columns)),
    rows % 2 === 1 && columns > 0 ? alone(rows - 1, columns) : [],
  ];
  const eachSquare = (rows: number): Statements => [
    local.set(from, xRows),
    local.set(to, yRows),
    repeat(i, Math.floor(column.extent / LANES), [
      square(rows, LANES),
      advance(from, VECTOR_BYTES),
      advance(to, LANES * yBytes),
    ]),
    column.extent % LANES > 0 ? square(rows, column.extent % LANES) : [],
  ];
  return [
    local.set(xRows, x),
    local.set(yRows, y),
    repeat(j, Math.floor(row.extent / LANES), [
      eachSquare(LANES),
      advance(xRows, LANES * xBytes),
      advance(yRows, VECTOR_BYTES),
    ]),
    row.extent % LANES > 0 ? eachSquare(row.extent % LANES) : [],
  ];
};
