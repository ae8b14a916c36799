/** @file Reductions in a graph. */
import { checkAxes, type Reduction, reducedShape } from "../../geometry/reduction.ts";
import { checkBoolean, ShapeError } from "../../tensor/errors.ts";
import { checkAxis } from "../../tensor/shape.ts";
import type { GraphBuilder } from "../methods/graphBuilder.ts";
import { known } from "./checks.ts";
import type { Operation } from "./operation.ts";

function reduction<Op extends Reduction>(op: Op): Operation<Op> {
  return {
    method: (({ shapeOf, append }) =>
      (x, spec = {}) => {
        const { axes: given, keepDimensions: kept = false } = known(op, spec, ["axes", "keepDimensions"]);
        const shape = shapeOf(x);
        const keepDimensions = checkBoolean(op, "keepDimensions", kept);
        const axes = given === undefined ? [...shape.keys()].slice(1) : checkAxes(op, given, shape.length);
        if (axes.includes(0)) throw new ShapeError(`${op}: axes has 0, the axis of images, which stay apart`);
        if (axes.length === 0) throw new ShapeError(`${op}: input has no axis besides that of images, needs one`);
        return append(spec, [x], { op, axes, keepDimensions, outputShape: reducedShape(shape, axes, keepDimensions) });
      }) as Operation<Op>["method"],
    again: (g, { name, inputs: [x], axes, keepDimensions }) =>
      (g[op] as GraphBuilder["reduceMean"])(x, { name, axes, keepDimensions }),
    kernel: (kernels, { inputShapes: [shape], axes }) => kernels.reduce(op, shape, axes),
  };
}

export const reduceMean: Operation<"reduceMean"> = reduction("reduceMean");
export const reduceSum: Operation<"reduceSum"> = reduction("reduceSum");
export const reduceMax: Operation<"reduceMax"> = reduction("reduceMax");
export const reduceMin: Operation<"reduceMin"> = reduction("reduceMin");

export const argMax: Operation<"argMax"> = {
  method:
    ({ shapeOf, append }) =>
    (x, axis, spec = {}) => {
      const op = "argMax";
      const { keepDimensions: kept = false } = known(op, spec, ["keepDimensions"]);
      const keepDimensions = checkBoolean(op, "keepDimensions", kept);
      const shape = shapeOf(x);
      const along = checkAxis(op, axis, shape.length);
      if (along === 0) throw new ShapeError(`${op}: axis is 0, that of images, which stay apart`);
      const outputShape = reducedShape(shape, [along], keepDimensions);
      return append(spec, [x], { op, axis: along, keepDimensions, outputShape });
    },
  again: (g, { name, inputs: [x], axis, keepDimensions }) => g.argMax(x, axis, { name, keepDimensions }),
  kernel: (kernels, { inputShapes: [shape], axis }) => kernels.argMax(shape, axis),
};
