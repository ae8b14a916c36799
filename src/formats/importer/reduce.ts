/** @file Reductions along axes of a file's value. */
import type { Reduction } from "../../geometry/reduction.ts";
import { axisInGraph, inOrder } from "./axes.ts";
import { computed } from "./computed.ts";
import { type Context, isConstant, type Known, type Value } from "./values.ts";

/** @param listed axes; none: all, except the batch axis if the file fixes one image and keeps dimensions */
export function reducedOver(
  c: Context,
  op: Reduction,
  x: Known,
  listed: readonly number[],
  keepDimensions: boolean,
): Known {
  if (isConstant(x)) {
    if (op === "reduceMean") return c.fail("works on a constant");
    return computed(c, [], x.isInteger, () => [...x.data].reduce(FOLDS[op]));
  }
  const isOfOne = c.batch === 1 && keepDimensions;
  const all = [...x.shape.keys()].slice(isOfOne && !x.isBehind ? 1 : 0);
  const axes = listed.length > 0 ? listed : all;
  if (op === "reduceMean" && isOverImage(x, axes) && c.g.levelsOf(x.name) === null)
    return imageMean(c, x, keepDimensions);
  if (axes.includes(0) && !x.isBehind) c.fail("reduces the axis of images, which stay apart");
  return reduced(c, x, axes, keepDimensions, (own, along) =>
    c.g[op](own, { name: c.name, axes: along, keepDimensions }),
  );
}

/** The index of the largest element along an axis. */
export function largestAlong(c: Context, x: Value, axis: number, keepDimensions: boolean): Value {
  if (axis === 0 && !x.isBehind) c.fail("looks for the largest of the images, which stay apart");
  return reduced(c, x, [axis], keepDimensions, (own, [along]) => {
    return c.g.argMax(own, along, { name: c.name, keepDimensions });
  });
}

/** Whether the axes are the rows and columns of images, which may be in the graph's order already. */
function isOverImage(x: Value, axes: readonly number[]): boolean {
  const own = axes.map((axis) => axisInGraph(x, axis)).sort();
  return !x.isBehind && x.shape.length === 4 && own.join() === "1,2";
}

function imageMean(c: Context, x: Value, keepDimensions: boolean): Value {
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

/** Applies a reduction to the file's axes; the remaining axes of an image are in the file's order. */
function reduced(
  c: Context,
  x: Value,
  axes: readonly number[],
  keepDimensions: boolean,
  run: (name: string, axes: readonly number[]) => string,
): Value {
  const shape = x.shape.flatMap((extent, axis) => (!axes.includes(axis) ? [extent] : keepDimensions ? [1] : []));
  const rest = [...x.shape.keys()].filter((axis) => !axes.includes(axis)).map((axis) => axisInGraph(x, axis));
  const isInOrder = rest.every((axis, i) => i === 0 || axis > rest[i - 1]);
  const own = keepDimensions || isInOrder ? x : inOrder(c, x);
  const along = axes.map((axis) => axisInGraph(own, axis));
  const name = run(own.name, along);
  return { name, shape, turned: keepDimensions && own.turned, isBehind: own.isBehind };
}
