/** @file ONNX operators that rearrange a value: Transpose, Concat, Pad. */

import { PAD_MODES } from "../../../geometry/picks.ts";
import { indicesAt, rowMajorStrides, type Shape } from "../../../tensor/shape.ts";
import { asBehind, asImages, axisInGraph, listInGraph, TO_NCHW, ungrouped } from "../../importer/axes.ts";
import { computed } from "../../importer/computed.ts";
import {
  axesOf,
  axisOf,
  type Constant,
  elementsOf,
  firstInput,
  integersOf,
  isConstant,
  optionalConstant,
  scalarOf,
  tensorOf,
  type Value,
  valueInput,
} from "../../importer/values.ts";
import { type Context, integerAttribute, integersAttribute, type Operator } from "../operator.ts";
import { ONNX_PAD_MODES } from "../padModes.ts";
import { fewAxes } from "./constants.ts";

const IMAGES_TO_ONNX = TO_NCHW.join();

export const transpose: Operator = {
  attributes: ["perm"],
  takesGroups: true,
  takesLevels: true,
  run: (c) => {
    const first = firstInput(c);
    const rank = first.shape.length;
    const given = fewAxes(c, integersAttribute(c, "perm") ?? first.shape.map((_, axis) => rank - 1 - axis));
    const permutation = axesOf(c, given, rank);
    if (permutation.length !== rank) c.fail(`has perm ${given.join(", ")}, needs ${rank} axes`);
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
      return part;
    });
    return joined(c, values, axis);
  },
};

/**
 * Values along an axis of the file: all as images, or all behind an axis of images where one is, or that axis grows.
 */
function joined(c: Context, parts: readonly Value[], axis: number): Value {
  const isBehind = axis === 0 || parts.some((part) => part.isBehind);
  const isImage = !isBehind && parts[0].shape.length === 4;
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

export const pad: Operator = {
  attributes: ["mode", "pads", "value"],
  run: (c) => {
    const x = valueInput(c);
    const mode = c.node.attributes.get("mode")?.s ?? "constant";
    const own =
      MODES.get(mode) ?? c.fail(`has the mode ${JSON.stringify(mode)}, needs ${[...MODES.keys()].join(", ")}`);
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
    return { ...x, shape, name: c.g.pad(x.name, listInGraph(x, around, [0, 0]), { name: c.name, mode: own, value }) };
  },
};

/** The graph's modes of padding by ONNX's names. */
const MODES = new Map(PAD_MODES.map((mode) => [ONNX_PAD_MODES[mode], mode]));
