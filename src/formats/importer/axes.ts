/**
 * @file The order of axes: [n, h, w, c] in a graph, [n, c, h, w] in the files of some formats. There a value of rank 4
 * is converted once, where it enters, and stays so until an operator needs the file's order.
 */
import type { GraphBuilder } from "../../graph/methods.ts";
import type { Shape } from "../../tensor/shape.ts";
import type { Context, Value } from "./values.ts";

/** Permutation from a graph's order to [n, c, h, w]: element i is the graph's axis for the file's axis i. */
export const TO_NCHW: readonly number[] = [0, 3, 1, 2];

/** Permutation from [n, c, h, w] to a graph's order: element i is the file's axis for the graph's axis i. */
export const TO_NHWC: readonly number[] = [0, 2, 3, 1];

/** Converts a shape [n, c, h, w] to a graph's order. */
export function turnedShape(shape: Shape): Shape {
  return TO_NHWC.map((axis) => shape[axis]);
}

/** Converts an axis from the file's order to the graph's. */
export function axisInGraph({ turned }: Value, axis: number): number {
  return turned ? TO_NCHW[axis] : axis;
}

/** Returns a value [n, c, h, w] as images [n, h, w, c]. */
export function asImages(context: Context, value: Value): Value {
  const { g, fresh, fail } = context;
  if (value.turned) return value;
  if (value.shape.length !== 4) fail(`takes ${value.shape.join("×")}, needs images of rank 4`);
  const turned = turnedShape(value.shape);
  return { ...value, name: rearranged(g, value, turned, TO_NHWC, fresh("nhwc")), turned: true };
}

/** Returns the value in the file's order. */
export function asInFile({ g, fresh }: Context, value: Value): Value {
  if (!value.turned) return value;
  return { ...value, name: rearranged(g, value, value.shape, TO_NCHW, fresh("nchw")), turned: false };
}

/** Wraps an image of the graph as a value. */
export function image({ g }: Context, name: string): Value {
  const [N, H, W, C] = g.shapeOf(name);
  return { name, shape: [N, C, H, W], turned: true };
}

/** Moves the axes `along` to the end, applies `run`, and moves them back. */
export function withLast(
  { g, fresh }: Context,
  name: string,
  along: readonly number[],
  run: (name: string) => string,
): string {
  const axes = [...g.shapeOf(name).keys()];
  const forth = [...axes.filter((axis) => !along.includes(axis)), ...along];
  if (forth.every((axis, i) => axis === i)) return run(name);
  const turned = g.transpose(name, forth, { name: fresh("turned") });
  return g.transpose(
    run(turned),
    axes.map((axis) => forth.indexOf(axis)),
    { name: fresh("back") },
  );
}

/** Transposes a value; if only extents of 1 move, a reshape is enough. */
function rearranged(g: GraphBuilder, value: Value, shape: Shape, permutation: readonly number[], name: string): string {
  const before = g.shapeOf(value.name);
  const long = permutation.filter((axis) => before[axis] > 1);
  const stays = long.every((axis, i) => i === 0 || axis > long[i - 1]);
  return stays ? g.reshape(value.name, shape, { name }) : g.transpose(value.name, permutation, { name });
}
