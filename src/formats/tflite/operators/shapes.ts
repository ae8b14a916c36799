/** @file TensorFlow Lite's operators that rearrange elements or pick some, and have options. */
import { int32s } from "../../bytes/flatbuffers.ts";
import { fewAxes } from "../../importer/computed.ts";
import { reshapedTo, squeezed } from "../../importer/reshape.ts";
import {
  depthToSpace,
  gatheredAlong,
  joinedAlong,
  listInput,
  mirrored,
  packed,
  spaceToDepth,
  splitBySizes,
  splitEvenly,
  stridedSliced,
  unpacked,
} from "../../importer/tensorflow/shapes.ts";
import { allInputs, firstInput } from "../../importer/values.ts";
import { byteOption, flagOption, intOption, type Operator, operator } from "../operator.ts";

/** The shape is the second input, or in old files an option. */
export const reshape: Operator = operator((c) => {
  const listed = c.inputs[1] ? listInput(c, 1, "shape") : c.options && int32s(c.options, 0);
  return reshapedTo(c, firstInput(c), fewAxes(c, listed ?? c.fail("has no shape")));
});

export const squeeze: Operator = operator((c) => {
  const axes = c.options === null ? null : int32s(c.options, 0);
  return squeezed(c, firstInput(c), axes === null || axes.length === 0 ? null : fewAxes(c, axes));
});

/** TensorFlow Lite itself accepts no activation here. */
export const concatenation: Operator = operator((c) => {
  if (byteOption(c, 1) !== 0) c.fail("has a fused activation, needs none");
  return joinedAlong(c, allInputs(c), intOption(c, 0));
});

export const pack: Operator = operator((c) => packed(c, intOption(c, 1)));
export const unpack: Operator = operator((c) => unpacked(c, intOption(c, 1), c.outputs));
export const split: Operator = operator((c) => splitEvenly(c, c.outputs));
export const splitV: Operator = operator((c) => splitBySizes(c, c.outputs));

export const stridedSlice: Operator = operator((c) => {
  if (flagOption(c, 5)) c.fail("has ends that count from the begins, needs ends");
  const [begin, end, ellipsis, newAxis, shrink] = [0, 1, 2, 3, 4].map((id) => intOption(c, id));
  return stridedSliced(c, { begin, end, ellipsis, newAxis, shrink });
});

export const gather: Operator = operator((c) => {
  if (intOption(c, 1) !== 0) c.fail("has batch_dims, needs 0");
  return gatheredAlong(c, intOption(c, 0));
});

export const mirrorPad: Operator = operator((c) => {
  const mode = (["reflect", "symmetric"] as const)[byteOption(c, 0)];
  return mirrored(c, mode ?? c.fail(`has the mode ${byteOption(c, 0)}, needs REFLECT or SYMMETRIC`));
});

export const depthToSpaceOf: Operator = operator((c) => depthToSpace(c, intOption(c, 0)));
export const spaceToDepthOf: Operator = operator((c) => spaceToDepth(c, intOption(c, 0)));
