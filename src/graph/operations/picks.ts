/** @file Operations in a graph that pick elements, axis by axis: they share one kernel, with different indices. */
import {
  checkIndices,
  checkRepetitions,
  checkSlice,
  type Picks,
  paddedIndices,
  sliceIndices,
  tiledIndices,
} from "../../geometry/picks.ts";
import { ShapeError } from "../../tensor/errors.ts";
import { checkAxis, checkShape, formatShape } from "../../tensor/shape.ts";
import { known } from "./checks.ts";
import type { NodeOf, Operation } from "./operation.ts";

type Picking = NodeOf<"slice" | "gather" | "expand" | "tile" | "pad">;

/** Indices of the input for each axis of the output; null: all, in order, as for images. */
export function picksOf(node: Picking): Picks {
  return node.inputShapes[0].map((extent, axis) => (axis === 0 ? null : indicesOf(node, extent, axis)));
}

function indicesOf(node: Picking, extent: number, axis: number): readonly number[] | null {
  switch (node.op) {
    case "slice":
      return sliceIndices(extent, node.starts[axis], node.sizes[axis], node.steps[axis]);
    case "gather":
      return axis === node.axis ? node.indices : null;
    case "expand":
      return extent === node.outputShape[axis] ? null : new Array<number>(node.outputShape[axis]).fill(0);
    case "tile":
      return tiledIndices(extent, node.repetitions[axis]);
    case "pad":
      return node.mode === "constant" ? null : paddedIndices(node.mode, extent, node.pads[axis]);
  }
}

export const slice: Operation<"slice"> = {
  method:
    ({ shapeOf, append }) =>
    (x, starts, sizes, spec = {}) => {
      const shape = shapeOf(x);
      const { steps = shape.map(() => 1) } = known("slice", spec, ["steps"]);
      const own = checkSlice("slice", shape, starts, sizes, steps);
      return append(spec, [x], { op: "slice", ...own, outputShape: own.sizes });
    },
  again: (g, { name, inputs: [x], starts, sizes, steps }) => g.slice(x, starts, sizes, { name, steps }),
  kernel: (kernels, node) => kernels.pick(node.inputShapes[0], picksOf(node)),
};

export const gather: Operation<"gather"> = {
  method:
    ({ shapeOf, append }) =>
    (x, indices, axis, spec = {}) => {
      known("gather", spec, []);
      const shape = shapeOf(x);
      const along = checkAxis("gather", axis, shape.length);
      if (along === 0) throw new ShapeError("gather: axis is 0, that of images, which stay apart");
      const own = checkIndices("gather", indices, shape[along]);
      const outputShape = shape.map((extent, i) => (i === along ? own.length : extent));
      return append(spec, [x], { op: "gather", indices: own, axis: along, outputShape });
    },
  again: (g, { name, inputs: [x], indices, axis }) => g.gather(x, indices, axis, { name }),
  kernel: (kernels, node) => kernels.pick(node.inputShapes[0], picksOf(node)),
};

export const expand: Operation<"expand"> = {
  method:
    ({ shapeOf, append }) =>
    (x, shape, spec = {}) => {
      known("expand", spec, []);
      const own = shapeOf(x);
      checkShape("expand", "shape", shape, 1);
      if (shape.length !== own.length || own.some((extent, axis) => extent !== 1 && extent !== shape[axis])) {
        throw new ShapeError(`expand: ${formatShape(own)} does not stretch to ${formatShape(shape)}`);
      }
      return append(spec, [x], { op: "expand", outputShape: [...shape] });
    },
  again: (g, { name, inputs: [x], outputShape }) => g.expand(x, outputShape, { name }),
  kernel: (kernels, node) => kernels.pick(node.inputShapes[0], picksOf(node)),
};

export const tile: Operation<"tile"> = {
  method:
    ({ shapeOf, append }) =>
    (x, repetitions, spec = {}) => {
      known("tile", spec, []);
      const shape = shapeOf(x);
      const own = checkRepetitions("tile", repetitions, shape);
      const outputShape = shape.map((extent, axis) => extent * own[axis]);
      return append(spec, [x], { op: "tile", repetitions: own, outputShape });
    },
  again: (g, { name, inputs: [x], repetitions }) => g.tile(x, repetitions, { name }),
  kernel: (kernels, node) => kernels.pick(node.inputShapes[0], picksOf(node)),
};
