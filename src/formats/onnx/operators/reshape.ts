/** @file ONNX operators that give the same elements another shape: Reshape, Flatten, Squeeze, Unsqueeze. */

import { type Shape, sameShape, sizeOf } from "../../../tensor/shape.ts";
import { checkOneImage, inGroups, inOrder, ungrouped, withoutGroups } from "../../importer/axes.ts";
import {
  axesOf,
  axisOf,
  constantInput,
  elementsOf,
  firstInput,
  integersOf,
  isConstant,
  type Known,
  optionalConstant,
  type Value,
  valueInput,
} from "../../importer/values.ts";
import { type Context, integerAttribute, integersAttribute, type Operator } from "../operator.ts";
import { fewAxes } from "./constants.ts";

/** Returns the same elements in the same order under another shape. */
function reshaped(c: Context, x: Known, shape: Shape): Known {
  if (sizeOf(shape) !== elementsOf(x)) c.fail(`turns ${x.shape.join("×")} into ${shape.join("×")}`);
  if (isConstant(x)) return { ...x, shape };
  const keepsPixels = sameShape(x.shape.slice(-2), shape.slice(-2)) && shape[0] === 1;
  if (x.turned && keepsPixels && shape.length > 4) return inGroups(c, x, shape, c.name);
  if (x.isGrouped && keepsPixels && shape.length === 4) return withoutGroups(c, x, shape, c.name);
  return reordered(c, ungrouped(c, x), shape);
}

function reordered(c: Context, x: Value, shape: Shape): Known {
  const plain = inOrder(c, x);
  return sameShape(plain.shape, shape) ? plain : { ...placed(c, plain.name, shape), levels: x.levels };
}

/** A value of the graph under a shape of the file: images come first, or an axis for them in front. */
export function placed(c: Context, value: string, shape: Shape): Value {
  const isBehind = shape[0] !== 1;
  if (isBehind) checkOneImage(c);
  const name = c.g.reshape(value, isBehind ? [1, ...shape] : shape, { name: c.name });
  return { name, shape, turned: false, isBehind };
}

export const reshape: Operator = {
  takesLevels: true,
  attributes: ["allowzero"],
  takesGroups: true,
  run: (c) => {
    const x = firstInput(c);
    const wanted = integersOf(constantInput(c, 1, "shape"));
    const isCopied = integerAttribute(c, "allowzero", 0) === 0;
    fewAxes(c, wanted);
    const shape = wanted.map((extent, axis) => (extent === 0 && isCopied ? (x.shape[axis] ?? 0) : extent));
    if (!isConstant(x) && c.batch > 1 && shape[0] === c.batch) shape[0] = 1;
    const open = shape.indexOf(-1);
    if (open >= 0)
      shape[open] = elementsOf(x) / shape.reduce((size, extent, i) => (i === open ? size : size * extent), 1);
    return reshaped(c, x, shape);
  },
};

export const flatten: Operator = {
  takesLevels: true,
  attributes: ["axis"],
  run: (c) => {
    const x = valueInput(c);
    const rank = x.shape.length;
    const given = integerAttribute(c, "axis", 1);
    const axis = given === rank ? rank : axisOf(c, given, rank);
    if (axis === 0) checkOneImage(c);
    return reshaped(c, x, [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis))]);
  },
};

function listedAxes(c: Context): readonly number[] | null {
  const listed = optionalConstant(c, 1, "axes");
  const axes = listed ? integersOf(listed) : integersAttribute(c, "axes");
  return axes === null ? null : fewAxes(c, axes);
}

export const squeeze: Operator = {
  takesLevels: true,
  attributes: ["axes"],
  run: (c) => {
    const x = firstInput(c);
    const listed = listedAxes(c);
    const axes = listed && axesOf(c, listed, x.shape.length);
    const shape = x.shape.filter((extent, axis) => (axes ? !axes.includes(axis) : extent !== 1));
    return reshaped(c, x, shape);
  },
};

export const unsqueeze: Operator = {
  takesLevels: true,
  attributes: ["axes"],
  run: (c) => {
    const x = firstInput(c);
    const given = listedAxes(c) ?? c.fail("has no axes");
    const rank = x.shape.length + given.length;
    const axes = axesOf(c, given, rank);
    if (axes.includes(0) && !isConstant(x)) checkOneImage(c);
    const rest = [...x.shape];
    const shape = Array.from({ length: rank }, (_, axis) => (axes.includes(axis) ? 1 : (rest.shift() ?? 1)));
    return reshaped(c, x, shape);
  },
};
