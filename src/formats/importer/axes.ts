/**
 * @file The order of axes: [n, h, w, c] in a graph, [n, c, h, w] in the files of some formats. A value of rank 4 in
 * such a file is converted once, where it enters, and stays so until an operator needs the file's order.
 */
import type { GraphBuilder } from "../../graph/methods/graphBuilder.ts";
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
export function axisInGraph({ turned, isBehind }: Value, axis: number): number {
  if (isBehind) return axis + 1;
  return turned ? TO_NCHW[axis] : axis;
}

/** Converts a list with an element per axis. @param ofImages element for a batch axis in front of the file's axes */
export function listInGraph<T>(value: Value, perAxis: readonly T[], ofImages: T): T[] {
  if (value.isBehind) return [ofImages, ...perAxis];
  const own = [...perAxis];
  perAxis.forEach((one, axis) => {
    own[axisInGraph(value, axis)] = one;
  });
  return own;
}

/** An operation on the file's batch axis is correct for one image at a time, unless the file fixes a larger batch. */
export function checkOneImage({ batch, fail }: Context): void {
  if (batch > 1) fail(`moves the axis of ${batch} images, needs it first, or 1`);
}

/** Returns a value in the file's order with a batch axis in front: 24×2×8 as 1×24×2×8. */
export function asBehind(context: Context, value: Value): Value {
  if (value.isBehind) return value;
  checkOneImage(context);
  const { name } = inOrder(context, value);
  const wide = context.g.reshape(name, [1, ...value.shape], { name: context.fresh("behind") });
  return { ...value, name: wide, turned: false, isBehind: true };
}

/** Returns a value [n, c, h, w] as images [n, h, w, c]. */
export function asImages(context: Context, given: Value): Value {
  const { g, fresh, fail } = context;
  const value = imagesFirst(context, given);
  if (value.turned) return value;
  if (value.shape.length !== 4) fail(`takes ${value.shape.join("×")}, needs images of rank 4`);
  const turned = turnedShape(value.shape);
  return { ...value, name: rearranged(g, value, turned, TO_NHWC, fresh("nhwc")), turned: true };
}

/** Returns a value in the file's order, images first. */
export function asInFile(context: Context, value: Value): Value {
  return inOrder(context, imagesFirst(context, value));
}

/** Returns a value in the file's order; a batch axis may be in front of it. */
export function inOrder({ g, fresh }: Context, value: Value): Value {
  if (!value.turned) return value;
  return { ...value, name: rearranged(g, value, value.shape, TO_NCHW, fresh("nchw")), turned: false };
}

/** Returns a value whose first axis is the batch, [n, h, w, c] or in the file's order. */
export function imagesFirst({ g, fresh, fail }: Pick<Context, "g" | "fresh" | "fail">, value: Value): Value {
  const { name, shape, isBehind } = value;
  if (!isBehind) return value;
  if (shape[0] !== 1) fail(`takes ${shape.join("×")}, needs images first: the file has moved their axis`);
  return { ...value, name: g.reshape(name, shape, { name: fresh("first") }), isBehind: false };
}

/** Reshapes a graph's value to a shape of the file: its batch axis first, or a new one in front. */
export function placed(c: Context, value: string, shape: Shape): Value {
  const isBehind = shape[0] !== 1;
  if (isBehind) checkOneImage(c);
  const name = c.g.reshape(value, isBehind ? [1, ...shape] : shape, { name: c.name });
  return { name, shape, turned: false, isBehind };
}

/** Wraps an image of the graph as a value. */
export function image({ g }: Context, name: string): Value {
  const [N, H, W, C] = g.shapeOf(name);
  return { name, shape: [N, C, H, W], turned: true };
}

/** Converts images [n, c, h, w] to images with channels in groups, [n, …, h, w]: [n, h, w, …] in the graph. */
export function inGroups({ g }: Context, value: Value, shape: Shape, name: string): Value {
  const [H, W] = shape.slice(-2);
  const grouped = g.reshape(value.name, [1, H, W, ...shape.slice(1, -2)], { name });
  return { ...value, name: grouped, shape, turned: false, isGrouped: true };
}

/** Converts images with channels in groups back to images [n, h, w, c]. */
export function withoutGroups({ g }: Context, value: Value, shape: Shape, name: string): Value {
  return { ...value, name: g.reshape(value.name, turnedShape(shape), { name }), shape, turned: true, isGrouped: false };
}

/** Returns a value with its channels in groups in the file's order; others are unchanged. */
export function ungrouped({ g, fresh }: Pick<Context, "g" | "fresh">, value: Value): Value {
  if (!value.isGrouped) return value;
  const order = [0, ...value.shape.slice(3).map((_, i) => i + 3), 1, 2];
  return { ...value, name: g.transpose(value.name, order, { name: fresh("ungrouped") }), isGrouped: false };
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
