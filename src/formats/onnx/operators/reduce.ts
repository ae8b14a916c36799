/** @file ONNX operators that reduce along axes. */
import type { Reduction } from "../../../geometry/reduction.ts";
import { largestAlong, reducedOver } from "../../importer/reduce.ts";
import { axesOf, axisOf, firstInput, integersOf, optionalConstant, valueInput } from "../../importer/values.ts";
import { type Context, integerAttribute, integersAttribute, type Operator } from "../operator.ts";

const keepsDimensions = (c: Context): boolean => integerAttribute(c, "keepdims", 1) !== 0;

export function reduction(op: Reduction): Operator {
  return {
    attributes: ["axes", "keepdims", "noop_with_empty_axes"],
    run: (c) => {
      const x = firstInput(c);
      const listed = optionalConstant(c, 1, "axes");
      const given = listed ? integersOf(listed) : (integersAttribute(c, "axes") ?? []);
      if (given.length === 0 && integerAttribute(c, "noop_with_empty_axes", 0) !== 0) return x;
      return reducedOver(c, op, x, axesOf(c, given, x.shape.length), keepsDimensions(c));
    },
  };
}

export const argMax: Operator = {
  attributes: ["axis", "keepdims", "select_last_index"],
  run: (c) => {
    const x = valueInput(c);
    if (integerAttribute(c, "select_last_index", 0) !== 0) c.fail("selects the last index, needs the first");
    return largestAlong(c, x, axisOf(c, integerAttribute(c, "axis", 0), x.shape.length), keepsDimensions(c));
  },
};
