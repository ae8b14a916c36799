/** @file Operations in a graph that rearrange elements. */
import { checkMirrors, PAD_MODES } from "../../geometry/picks.ts";
import { concatShape, paddedShape } from "../../geometry/rearrange.ts";
import { oneOf, ShapeError, show } from "../../tensor/errors.ts";
import { checkAxis, checkShape, formatShape, sizeOf } from "../../tensor/shape.ts";
import { known, plainNumber } from "./checks.ts";
import type { Operation } from "./operation.ts";
import { picksOf } from "./picks.ts";

export const pad: Operation<"pad"> = {
  method:
    ({ shapeOf, append }) =>
    (x, pads, spec = {}) => {
      const { mode: given = "constant", value: filling } = known("pad", spec, ["mode", "value"]);
      const mode = oneOf("pad", "mode", given, PAD_MODES);
      const value = plainNumber("pad", "value", filling ?? 0);
      const extents = shapeOf(x);
      const outputShape = paddedShape("pad", extents, pads);
      const own = pads.map(([before, after]) => [before, after] as const);
      checkMirrors("pad", mode, extents, own);
      return append(spec, [x], { op: "pad", pads: own, mode, value, outputShape });
    },
  again: (g, { name, inputs: [x], pads, mode, value }) => g.pad(x, pads, { name, mode, value }),
  kernel: (kernels, node) => {
    if (node.mode !== "constant") return kernels.pick(node.inputShapes[0], picksOf(node));
    const before = node.pads.map(([elements]) => elements);
    return kernels.pad(before, node.value);
  },
};

export const concat: Operation<"concat"> = {
  method:
    ({ shapeOf, append }) =>
    (values, axis, spec = {}) => {
      known("concat", spec, []);
      if (!Array.isArray(values) || values.length === 0) {
        throw new ShapeError(`concat: values are ${show(values)}, needs an array of at least one`);
      }
      const along = checkAxis("concat", axis, shapeOf(values[0]).length);
      const joined = concatShape("concat", values.map(shapeOf), along);
      return append(spec, [...values], { op: "concat", axis: along, outputShape: joined });
    },
  again: (g, { name, inputs, axis }) => g.concat(inputs, axis, { name }),
  kernel: (kernels, { inputShapes, axis }) => kernels.concat(inputShapes, axis),
};

export const reshape: Operation<"reshape"> = {
  method:
    ({ shapeOf, append }) =>
    (x, shape, spec = {}) => {
      known("reshape", spec, []);
      checkShape("reshape", "shape", shape, 1);
      if (sizeOf(shape) !== sizeOf(shapeOf(x))) {
        throw new ShapeError(`reshape: ${formatShape(shapeOf(x))} cannot become ${formatShape(shape)}`);
      }
      return append(spec, [x], { op: "reshape", outputShape: [...shape] });
    },
  again: (g, { name, inputs: [x], outputShape }) => g.reshape(x, outputShape, { name }),
  kernel: () => null,
};

export const transpose: Operation<"transpose"> = {
  method:
    ({ shapeOf, append }) =>
    (x, permutation, spec = {}) => {
      known("transpose", spec, []);
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
  again: (g, { name, inputs: [x], permutation }) => g.transpose(x, permutation, { name }),
  kernel: (kernels, { inputShapes: [shape], permutation }) => kernels.transpose(shape, permutation),
};
