/** @file Builder methods that rearrange elements. */
import { concatShape, paddedShape } from "../../geometry/rearrange.ts";
import { ShapeError, show } from "../../tensor/errors.ts";
import { checkAxis, checkShape, formatShape, sizeOf } from "../../tensor/shape.ts";
import type { GraphBuilder } from "../specs.ts";
import { known, plainNumber } from "./checks.ts";
import type { NodeList } from "./nodeList.ts";

export function rearrangeMethods({
  shapeOf,
  append,
}: NodeList): Pick<GraphBuilder, "pad" | "concat" | "reshape" | "transpose"> {
  return {
    pad: (x, pads, spec = {}) => {
      const value = plainNumber("pad", "value", known("pad", spec).value ?? 0);
      const shape = paddedShape("pad", shapeOf(x), pads);
      const own = pads.map(([before, after]) => [before, after] as const);
      return append(spec, [x], { op: "pad", pads: own, value, outputShape: shape });
    },
    concat: (values, axis, spec = {}) => {
      known("concat", spec);
      if (!Array.isArray(values) || values.length === 0) {
        throw new ShapeError(`concat: values are ${show(values)}, needs an array of at least one`);
      }
      const along = checkAxis("concat", axis, shapeOf(values[0]).length);
      const joined = concatShape("concat", values.map(shapeOf), along);
      return append(spec, [...values], { op: "concat", axis: along, outputShape: joined });
    },
    reshape: (x, shape, spec = {}) => {
      known("reshape", spec);
      checkShape("reshape", "shape", shape, 1);
      if (sizeOf(shape) !== sizeOf(shapeOf(x))) {
        throw new ShapeError(`reshape: ${formatShape(shapeOf(x))} cannot become ${formatShape(shape)}`);
      }
      return append(spec, [x], { op: "reshape", outputShape: [...shape] });
    },
    transpose: (x, permutation, spec = {}) => {
      known("transpose", spec);
      const shape = shapeOf(x);
      const axes = Array.isArray(permutation)
        ? permutation.map((axis) => checkAxis("transpose", axis, shape.length))
        : [];
      if (axes.length !== shape.length || new Set(axes).size !== axes.length || axes[0] !== 0) {
        const need = `each of the axes 0 to ${shape.length - 1} once, 0 first`;
        throw new ShapeError(`transpose: permutation is ${show(permutation)}, needs ${need}`);
      }
      return append(spec, [x], { op: "transpose", permutation: axes, outputShape: axes.map((axis) => shape[axis]) });
    },
  };
}
