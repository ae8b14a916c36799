/** @file TensorFlow's operators that rearrange elements or pick some, and have attributes. */
import { fewAxes } from "../../importer/computed.ts";
import { cutFrom, whole } from "../../importer/picks.ts";
import { reshapedTo, squeezed } from "../../importer/reshape.ts";
import {
  axisInput,
  depthToSpace,
  gatheredAlong,
  joinedAlong,
  listInput,
  mirrored,
  packed,
  splitBySizes,
  splitEvenly,
  stridedSliced,
  unpacked,
} from "../../importer/tensorflow/shapes.ts";
import { allInputs, axesOf, constantInput, firstInput, scalarOf, valueInput } from "../../importer/values.ts";
import { integer, integers, type Operator, operator, text } from "../operator.ts";

export const reshape: Operator = operator((c) => reshapedTo(c, firstInput(c), listInput(c, 1, "shape")));

export const squeeze: Operator = operator((c) => {
  const axes = integers(c, "squeeze_dims") ?? integers(c, "axis") ?? [];
  return squeezed(c, firstInput(c), axes.length === 0 ? null : fewAxes(c, axes));
});

/** The axis is the last input; in old files the first. */
export function concat(isAxisFirst: boolean): Operator {
  return operator((c) => {
    const at = isAxisFirst ? 0 : c.inputs.length - 1;
    const axis = scalarOf(c, constantInput(c, at, "axis"), "axis");
    const parts = { ...c, inputs: c.inputs.filter((_, i) => i !== at) };
    return joinedAlong(c, allInputs(parts), axis);
  });
}

export const pack: Operator = operator((c) => packed(c, integer(c, "axis")));
export const unpack: Operator = operator((c) => unpacked(c, integer(c, "axis"), c.outputs));
export const split: Operator = operator((c) => splitEvenly(c, c.outputs));
export const splitV: Operator = operator((c) => splitBySizes(c, c.outputs));

export const stridedSlice: Operator = operator((c) =>
  stridedSliced(c, {
    begin: integer(c, "begin_mask"),
    end: integer(c, "end_mask"),
    ellipsis: integer(c, "ellipsis_mask"),
    newAxis: integer(c, "new_axis_mask"),
    shrink: integer(c, "shrink_axis_mask"),
  }),
);

/** The axis is the third input, 0 if there is none. */
export const gather: Operator = operator((c) => {
  if (integer(c, "batch_dims") !== 0) c.fail("has batch_dims, needs 0");
  return gatheredAlong(c, c.inputs.length > 2 ? axisInput(c, 2, firstInput(c).shape.length) : 0);
});

export const mirrorPad: Operator = operator((c) => {
  const mode = text(c, "mode");
  if (mode !== "REFLECT" && mode !== "SYMMETRIC") c.fail(`has the mode ${mode}, needs REFLECT or SYMMETRIC`);
  return mirrored(c, mode === "REFLECT" ? "reflect" : "symmetric");
});

export const depthToSpaceOf: Operator = operator((c) => depthToSpace(c, integer(c, "block_size")));

/** The axes are the second input. */
export const reverse: Operator = operator((c) => {
  const x = valueInput(c);
  const axes = axesOf(c, listInput(c, 1, "axes"), x.shape.length);
  return cutFrom(
    c,
    x,
    x.shape.map((count, axis) => (axes.includes(axis) ? { first: count - 1, step: -1, count } : whole(count))),
  );
});
