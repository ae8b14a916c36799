/** @file Transposes, concatenations and picks: copies, by vectors. */
import { type Picks, pickedShape, viewOf } from "../../geometry/picks.ts";
import { joinedAxes } from "../../tensor/lines.ts";
import { rowMajorStrides, type Shape, sizeOf } from "../../tensor/shape.ts";
import type { Func } from "../../wasm/expression.ts";
import { i32, local, v128 } from "../../wasm/instructions.ts";
import { add, item } from "../../wasm/integer.ts";
import { FLOAT_BYTES } from "../../wasm/sizes.ts";
import type { EmittedKernel } from "../contract/kernels.ts";
import { copies } from "./copy.ts";
import { type Emitter, launchFunc, packedArrays } from "./emitter.ts";
import { upTo } from "./loops.ts";
import { eachVector, storeLanes } from "./vectors.ts";

/** Axis i of y is axis permutation[i] of x. */
export function transpose(shape: Shape, permutation: readonly number[], emitter: Emitter): EmittedKernel {
  const strides = rowMajorStrides(shape);
  const outputShape = permutation.map((axis) => shape[axis]);
  const from = permutation.map((axis) => strides[axis]);
  return {
    kind: "emitted",
    launches: copies(joinedAxes(outputShape, from, rowMajorStrides(outputShape)), emitter),
  };
}

/** Inputs of these shapes, one after the other along `axis` of y. */
export function concat(shapes: readonly Shape[], axis: number, emitter: Emitter): EmittedKernel {
  const extent = shapes.reduce((sum, shape) => sum + shape[axis], 0);
  const strides = rowMajorStrides(shapes[0].map((own, i) => (i === axis ? extent : own)));
  let start = 0;
  const launches = shapes.flatMap((shape, input) => {
    const y = start * strides[axis];
    start += shape[axis];
    return copies(joinedAxes(shape, rowMajorStrides(shape), strides), emitter, input, { x: 0, y });
  });
  return { kind: "emitted", launches };
}

/** y[i, j, …] = x[picks[0][i], picks[1][j], …] @returns null for single elements in no order */
export function pick(shape: Shape, picks: Picks, emitter: Emitter): EmittedKernel | null {
  const outputShape = pickedShape(shape, picks);
  const strides = rowMajorStrides(shape);
  const view = viewOf(picks, strides);
  if (view !== null) {
    const axes = joinedAxes(outputShape, view.strides, rowMajorStrides(outputShape));
    return { kind: "emitted", launches: copies(axes, emitter, 0, { x: view.offset, y: 0 }) };
  }
  const last = picks.findLastIndex((indices) => indices !== null);
  const length = sizeOf(shape.slice(last + 1));
  if (length < SHORT) return null;
  const rows = sizeOf(outputShape.slice(0, last + 1));
  return {
    kind: "emitted",
    launches: [{ func: emitter.func(rowsFunction, length), operands: [0, "output", "packed"], units: rows }],
    packed: packedArrays(rows * Int32Array.BYTES_PER_ELEMENT, () => [
      Int32Array.from(positions(picks, shape, strides, last), (position) => position * FLOAT_BYTES),
    ]),
  };
}

/** From this length, the table of where lines begin is smaller than what is copied. */
const SHORT = 4;

/** Where each line of y begins in x, in elements. */
function positions(picks: Picks, shape: Shape, strides: readonly number[], last: number): readonly number[] {
  let found: readonly number[] = [0];
  for (let axis = 0; axis <= last; axis++) {
    const indices = picks[axis] ?? Array.from({ length: shape[axis] }, (_, i) => i);
    found = found.flatMap((position) => indices.map((index) => position + index * strides[axis]));
  }
  return found;
}

/** Lines of `length` elements, from where the table says. */
function rowsFunction(length: number): Func {
  return launchFunc("pick", ["x", "y", "table"], ({ x, y, table, from, to }, declare) => {
    const [xAt, yAt] = declare.i32("xAt", "yAt");
    return upTo(from, to, [
      local.set(xAt, add(x, i32.load(item(table, from, Int32Array.BYTES_PER_ELEMENT)))),
      local.set(yAt, item(y, from, length * FLOAT_BYTES)),
      eachVector(length, declare, (at, lanes) => storeLanes(add(yAt, at), v128.load(add(xAt, at)), lanes)),
    ]);
  });
}
