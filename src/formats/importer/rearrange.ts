/** @file Rearranges elements: transposes, concatenates and pads. */
import type { PadMode } from "../../geometry/picks.ts";
import { indicesAt, rowMajorStrides, type Shape } from "../../tensor/shape.ts";
import { asBehind, asImages, axisInGraph, listInGraph, TO_NCHW, ungrouped } from "./axes.ts";
import { computed } from "./computed.ts";
import { type Constant, type Context, elementsOf, isConstant, type Known, tensorOf, type Value } from "./values.ts";

const IMAGES_TO_ONNX = TO_NCHW.join();

/** Transposes: axis i is axis permutation[i] of x. */
export function transposed(c: Context, first: Known, permutation: readonly number[]): Known {
  const rank = first.shape.length;
  const shape = permutation.map((axis) => first.shape[axis]);
  if (isConstant(first)) return turnedConstant(c, first, permutation, shape);
  if (
    first.isGrouped &&
    permutation[0] === 0 &&
    permutation[rank - 2] === rank - 2 &&
    permutation[rank - 1] === rank - 1
  ) {
    const own = [0, 1, 2, ...permutation.slice(1, -2).map((axis) => axis + 2)];
    return { ...first, shape, name: c.g.transpose(first.name, own, { name: c.name }) };
  }
  const x = ungrouped(c, first);
  if (permutation[0] !== 0 || x.isBehind) {
    const wide = asBehind(c, x);
    const own = [0, ...permutation.map((axis) => axis + 1)];
    return { ...wide, shape, name: c.g.transpose(wide.name, own, { name: c.name }) };
  }
  // [n, h, w, c] transposed to ONNX's order is what the graph calls an image: nothing moves.
  if (!x.turned && permutation.join() === IMAGES_TO_ONNX) return { ...x, shape, turned: true };
  const own = permutation.map((axis) => axisInGraph(x, axis));
  if (own.every((axis, i) => axis === i)) return { ...x, shape, turned: false };
  return { ...x, name: c.g.transpose(x.name, own, { name: c.name }), shape, turned: false };
}

/** Transposes weights as float32, but computed constants as they are: float32 cannot hold every integer. */
function turnedConstant(c: Context, x: Constant, permutation: readonly number[], shape: Shape): Constant {
  if (x.data instanceof Float32Array) return { ...x, shape, data: tensorOf(x).transpose(permutation).toFloat32Array() };
  const strides = rowMajorStrides(x.shape);
  return computed(c, shape, x.isInteger, (i) => {
    return x.data[indicesAt(shape, i).reduce((sum, n, axis) => sum + n * strides[permutation[axis]], 0)];
  });
}

/** Concatenates values, or lists of constants, along an axis. */
export function concatenated(c: Context, parts: readonly Known[], axis: number): Known {
  if (parts.every(isConstant)) {
    if (parts[0].shape.length !== 1) c.fail("joins tables of constants, needs lists");
    const size = parts.reduce((sum, part) => sum + elementsOf(part), 0);
    const isInteger = parts.every((part) => (part as Constant).isInteger);
    const blank = computed(c, [size], isInteger, () => 0); // limits the size before the parts are joined
    return { ...blank, data: parts.flatMap((part) => [...(part as Constant).data]) };
  }
  const values = parts.map((part, i): Value => {
    if (isConstant(part)) return c.fail(`joins a constant (input ${i}) to values`);
    return part;
  });
  return joined(c, values, axis);
}

/**
 * Concatenates values along an axis of the file: all with a batch axis in front, if one of them has it or they are
 * joined along the file's first axis; else all as images, if one of them is an image.
 */
function joined(c: Context, parts: readonly Value[], axis: number): Value {
  const isBehind = axis === 0 || parts.some((part) => part.isBehind);
  const isImage = !isBehind && parts.some((part) => part.turned);
  const values = parts.map((part) => (isBehind ? asBehind(c, part) : isImage ? asImages(c, part) : part));
  const [first] = values;
  const name = c.g.concat(
    values.map((value) => value.name),
    axisInGraph(first, axis),
    { name: c.name },
  );
  const extent = values.reduce((sum, { shape }) => sum + shape[axis], 0);
  return { ...first, name, shape: first.shape.map((own, i) => (i === axis ? extent : own)) };
}

/** Pads a value. @param around elements before and after, for each axis of the file */
export function padded(
  c: Context,
  x: Value,
  around: readonly (readonly [number, number])[],
  mode: PadMode,
  value: number,
): Value {
  const shape = x.shape.map((extent, axis) => extent + around[axis][0] + around[axis][1]);
  return { ...x, shape, name: c.g.pad(x.name, listInGraph(x, around, [0, 0]), { name: c.name, mode, value }) };
}
