/** @file ONNX operators that make one element of all along some axes. */
import type { Reduction } from "../../../geometry/reduction.ts";
import { axisInGraph, inOrder } from "../../importer/axes.ts";
import { computed } from "../../importer/computed.ts";
import {
  axesOf,
  axisOf,
  firstInput,
  integersOf,
  isConstant,
  type Known,
  optionalConstant,
  type Value,
  valueInput,
} from "../../importer/values.ts";
import { type Context, integerAttribute, integersAttribute, type Operator } from "../operator.ts";

/** Without axes: over everything; images stay apart, so of those only if the file has one. */
export function reduction(op: Reduction): Operator {
  return {
    attributes: ["axes", "keepdims", "noop_with_empty_axes"],
    run: (c) => {
      const x = firstInput(c);
      const listed = optionalConstant(c, 1, "axes");
      const given = listed ? integersOf(listed) : (integersAttribute(c, "axes") ?? []);
      if (given.length === 0 && integerAttribute(c, "noop_with_empty_axes", 0) !== 0) return x;
      const listedAxes = axesOf(c, given, x.shape.length);
      if (isConstant(x)) {
        if (op !== "reduceSum" && op !== "reduceMax" && op !== "reduceMin") return c.fail("works on a constant");
        return computed(c, [], x.isInteger, () => [...x.data].reduce(FOLDS[op]));
      }
      const isOfOne = c.batch === 1 && integerAttribute(c, "keepdims", 1) !== 0;
      const all = [...x.shape.keys()].slice(isOfOne && !x.isBehind ? 1 : 0);
      const axes = listedAxes.length > 0 ? listedAxes : all;
      if (op === "reduceMean" && isOverImage(x, axes)) return imageMean(c, x);
      if (axes.includes(0) && !x.isBehind) c.fail("reduces the axis of images, which stay apart");
      return reduced(c, x, axes, (own, along, keepDimensions) =>
        c.g[op](own, { name: c.name, axes: along, keepDimensions }),
      );
    },
  };
}

/** Whether the axes are the rows and columns of images, which may be in the graph's order already. */
function isOverImage(x: Value, axes: readonly number[]): boolean {
  const own = axes.map((axis) => axisInGraph(x, axis)).sort();
  return !x.isBehind && x.shape.length === 4 && own.join() === "1,2";
}

function imageMean(c: Context, x: Value): Value {
  const keepDimensions = integerAttribute(c, "keepdims", 1) !== 0;
  const C = c.g.shapeOf(x.name)[3];
  const mean = c.g.globalAveragePool2d(x.name, { name: c.name });
  if (keepDimensions) return { ...x, name: mean, shape: x.turned ? [1, C, 1, 1] : [1, 1, 1, C] };
  return { name: c.g.reshape(mean, [1, C], { name: c.fresh("flat") }), shape: [1, C], turned: false };
}

const FOLDS = {
  reduceSum: (a: number, b: number) => a + b,
  reduceMax: (a: number, b: number) => Math.max(a, b),
  reduceMin: (a: number, b: number) => Math.min(a, b),
};

export const argMax: Operator = {
  attributes: ["axis", "keepdims", "select_last_index"],
  run: (c) => {
    const x = valueInput(c);
    if (integerAttribute(c, "select_last_index", 0) !== 0) c.fail("selects the last index, needs the first");
    const axis = axisOf(c, integerAttribute(c, "axis", 0), x.shape.length);
    if (axis === 0 && !x.isBehind) c.fail("looks for the largest of the images, which stay apart");
    return reduced(c, x, [axis], (own, [along], keepDimensions) => {
      return c.g.argMax(own, along, { name: c.name, keepDimensions });
    });
  },
};

/** Applies a reduction to the file's axes; what is left of an image is in the file's order. */
function reduced(
  c: Context,
  x: Value,
  axes: readonly number[],
  run: (name: string, axes: readonly number[], keepDimensions: boolean) => string,
): Known {
  const keepDimensions = integerAttribute(c, "keepdims", 1) !== 0;
  const shape = x.shape.flatMap((extent, axis) => (!axes.includes(axis) ? [extent] : keepDimensions ? [1] : []));
  const rest = [...x.shape.keys()].filter((axis) => !axes.includes(axis)).map((axis) => axisInGraph(x, axis));
  const isInOrder = rest.every((axis, i) => i === 0 || axis > rest[i - 1]);
  const own = keepDimensions || isInOrder ? x : inOrder(c, x);
  const along = axes.map((axis) => axisInGraph(own, axis));
  const name = run(own.name, along, keepDimensions);
  return { name, shape, turned: keepDimensions && own.turned, isBehind: own.isBehind };
}
