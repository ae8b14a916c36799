/** @file ONNX operators that rearrange a value: Transpose, Concat, Pad; and Softmax. */

import { indicesAt, rowMajorStrides, type Shape, sizeOf } from "../../../tensor/shape.ts";
import { asImages, asInFile, axisInGraph, TO_NCHW, withLast } from "../../importer/axes.ts";
import { computed } from "../../importer/computed.ts";
import {
  axisOf,
  type Constant,
  elementsOf,
  firstInput,
  integersOf,
  isConstant,
  type Known,
  optionalConstant,
  scalarOf,
  tensorOf,
  type Value,
  valueInput,
} from "../../importer/values.ts";
import { type Context, integerAttribute, integersAttribute, type Operator } from "../operator.ts";
import { fewAxes } from "./constants.ts";

/** Refuses to move the batch axis, unless there is only one image. */
export function keepsImages(c: Context, x: Known, axes: readonly number[]): void {
  if (!isConstant(x) && c.batch !== 1 && axes.includes(0)) c.fail("moves the axis of images, needs it first");
}

const IMAGES_TO_ONNX = TO_NCHW.join();

export const transpose: Operator = {
  attributes: ["perm"],
  run: (c) => {
    const x = firstInput(c);
    const given = fewAxes(c, integersAttribute(c, "perm") ?? x.shape.map((_, axis) => x.shape.length - 1 - axis));
    const permutation = given.map((axis) => axisOf(c, axis, x.shape.length));
    if (permutation.length !== x.shape.length) c.fail(`has perm ${given.join(", ")}, needs ${x.shape.length} axes`);
    const shape = permutation.map((axis) => x.shape[axis]);
    if (isConstant(x)) return turnedConstant(c, x, permutation, shape);
    if (permutation[0] !== 0) c.fail("moves the axis of images, needs it first");
    // [n, h, w, c] transposed to ONNX's order is what the graph calls an image: nothing moves.
    if (!x.turned && permutation.join() === IMAGES_TO_ONNX) return { ...x, shape, turned: true };
    const own = permutation.map((axis) => axisInGraph(x, axis));
    if (own.every((axis, i) => axis === i)) return { ...x, shape, turned: false };
    return { name: c.g.transpose(x.name, own, { name: c.name }), shape, turned: false };
  },
};

/** Transposes weights as float32, but computed constants as they are: float32 cannot hold every integer. */
function turnedConstant(c: Context, x: Constant, permutation: readonly number[], shape: Shape): Constant {
  if (x.data instanceof Float32Array) return { ...x, shape, data: tensorOf(x).transpose(permutation).toFloat32Array() };
  const strides = rowMajorStrides(x.shape);
  return computed(c, shape, x.isInteger, (i) => {
    return x.data[indicesAt(shape, i).reduce((sum, n, axis) => sum + n * strides[permutation[axis]], 0)];
  });
}

export const concat: Operator = {
  attributes: ["axis"],
  run: (c) => {
    const parts = c.inputs.map((part) => part ?? c.fail("has an input left out"));
    const rank = parts[0]?.shape.length ?? c.fail("has no inputs");
    const axis = axisOf(c, integerAttribute(c, "axis", 0), rank);
    if (parts.every(isConstant)) {
      if (rank !== 1) c.fail("joins tables of constants, needs lists");
      const size = parts.reduce((sum, part) => sum + elementsOf(part), 0);
      const isInteger = parts.every((part) => (part as Constant).isInteger);
      const blank = computed(c, [size], isInteger, () => 0); // limits the size before the parts are joined
      return { ...blank, data: parts.flatMap((part) => [...(part as Constant).data]) };
    }
    const values = parts.map((part, i): Value => {
      if (isConstant(part)) return c.fail(`joins a constant (input ${i}) to values`);
      return rank === 4 ? asImages(c, part) : part;
    });
    const [first] = values;
    const name = c.g.concat(
      values.map((value) => value.name),
      axisInGraph(first, axis),
      { name: c.name },
    );
    const extent = values.reduce((sum, { shape }) => sum + shape[axis], 0);
    return { name, shape: first.shape.map((own, i) => (i === axis ? extent : own)), turned: first.turned };
  },
};

export const pad: Operator = {
  attributes: ["mode", "pads", "value"],
  run: (c) => {
    const x = valueInput(c);
    const mode = c.node.attributes.get("mode")?.s ?? "constant";
    if (mode !== "constant") c.fail(`has the mode ${JSON.stringify(mode)}, needs "constant"`);
    const listed = optionalConstant(c, 1, "pads");
    const pads = (listed && integersOf(listed)) ?? integersAttribute(c, "pads") ?? c.fail("has no pads");
    const given = optionalConstant(c, 2, "value");
    const value = given ? scalarOf(c, given, "value") : (c.node.attributes.get("value")?.f ?? 0);
    const axes = optionalConstant(c, 3, "axes");
    const rank = x.shape.length;
    const padded = axes ? integersOf(axes).map((axis) => axisOf(c, axis, rank)) : x.shape.map((_, axis) => axis);
    if (pads.length !== 2 * padded.length) c.fail(`has ${pads.length} pads, needs ${2 * padded.length}`);
    const around = x.shape.map((): [number, number] => [0, 0]);
    padded.forEach((axis, i) => {
      around[axis] = [pads[i], pads[i + padded.length]];
    });
    const shape = x.shape.map((extent, axis) => extent + around[axis][0] + around[axis][1]);
    const inGraph = [...around];
    around.forEach((pair, axis) => {
      inGraph[axisInGraph(x, axis)] = pair;
    });
    return { ...x, shape, name: c.g.pad(x.name, inGraph, { name: c.name, value }) };
  },
};

/** Applies softmax along one axis; before opset 13, over that axis and all later ones together. */
export const softmax: Operator = {
  attributes: ["axis"],
  run: (c) => {
    const x = valueInput(c);
    const rank = x.shape.length;
    const axis = axisOf(c, integerAttribute(c, "axis", c.opset < 13 ? 1 : -1), rank);
    if (axis === 0) return c.fail("is taken over images, needs another axis");
    const isJoined = c.opset < 13 && sizeOf(x.shape.slice(axis + 1)) > 1;
    if (isJoined) {
      const plain = asInFile(c, x);
      const sizes = [1, sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis))];
      const rows = c.g.reshape(plain.name, sizes, { name: c.fresh("rows") });
      const name = c.g.reshape(c.g.softmax(rows, { name: c.name }), x.shape, { name: c.fresh("back") });
      return { ...plain, name };
    }
    return { ...x, name: withLast(c, x.name, [axisInGraph(x, axis)], (last) => c.g.softmax(last, { name: c.name })) };
  },
};
