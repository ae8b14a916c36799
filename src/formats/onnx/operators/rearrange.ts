/** @file ONNX operators that rearrange a value: Transpose, Concat, Pad. */
import { PAD_MODES } from "../../../geometry/picks.ts";
import { fewAxes } from "../../importer/computed.ts";
import { concatenated, padded, transposed } from "../../importer/rearrange.ts";
import {
  allInputs,
  axesOf,
  axisOf,
  firstInput,
  integersOf,
  optionalConstant,
  scalarOf,
  valueInput,
} from "../../importer/values.ts";
import { integerAttribute, integersAttribute, type Operator } from "../operator.ts";
import { ONNX_PAD_MODES } from "../padModes.ts";

export const transpose: Operator = {
  attributes: ["perm"],
  takesGroups: true,
  takesLevels: true,
  run: (c) => {
    const x = firstInput(c);
    const rank = x.shape.length;
    const given = fewAxes(c, integersAttribute(c, "perm") ?? x.shape.map((_, axis) => rank - 1 - axis));
    const permutation = axesOf(c, given, rank);
    if (permutation.length !== rank) c.fail(`has perm ${given.join(", ")}, needs ${rank} axes`);
    return transposed(c, x, permutation);
  },
};

export const concat: Operator = {
  attributes: ["axis"],
  run: (c) => {
    const parts = allInputs(c);
    return concatenated(c, parts, axisOf(c, integerAttribute(c, "axis", 0), parts[0].shape.length));
  },
};

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
    const along = axes ? integersOf(axes).map((axis) => axisOf(c, axis, rank)) : x.shape.map((_, axis) => axis);
    if (pads.length !== 2 * along.length) c.fail(`has ${pads.length} pads, needs ${2 * along.length}`);
    const around = x.shape.map((): [number, number] => [0, 0]);
    along.forEach((axis, i) => {
      around[axis] = [pads[i], pads[i + along.length]];
    });
    return padded(c, x, around, own, value);
  },
};

/** The graph's modes of padding by ONNX's names. */
const MODES = new Map(PAD_MODES.map((mode) => [ONNX_PAD_MODES[mode], mode]));
