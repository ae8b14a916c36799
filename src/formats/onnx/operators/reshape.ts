/** @file ONNX operators that give the same elements another shape: Reshape, Flatten, Squeeze, Unsqueeze. */
import { sizeOf } from "../../../tensor/shape.ts";
import { checkOneImage } from "../../importer/axes.ts";
import { fewAxes } from "../../importer/computed.ts";
import { reshaped, reshapedTo, squeezed, unsqueezed } from "../../importer/reshape.ts";
import { axisOf, constantInput, firstInput, integersOf, optionalConstant, valueInput } from "../../importer/values.ts";
import { type Context, integerAttribute, integersAttribute, type Operator } from "../operator.ts";

export const reshape: Operator = {
  takesLevels: true,
  attributes: ["allowzero"],
  takesGroups: true,
  run: (c) => {
    const x = firstInput(c);
    const wanted = fewAxes(c, integersOf(constantInput(c, 1, "shape")));
    const isCopied = integerAttribute(c, "allowzero", 0) === 0;
    return reshapedTo(
      c,
      x,
      wanted.map((extent, axis) => (extent === 0 && isCopied ? (x.shape[axis] ?? 0) : extent)),
    );
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
  run: (c) => squeezed(c, firstInput(c), listedAxes(c)),
};

export const unsqueeze: Operator = {
  takesLevels: true,
  attributes: ["axes"],
  run: (c) => unsqueezed(c, firstInput(c), listedAxes(c) ?? c.fail("has no axes")),
};
