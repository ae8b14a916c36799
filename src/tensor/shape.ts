/** @file Shapes: lists of extents, their arithmetic, and the checks of all entry points. */
import { ShapeError, show } from "./errors.ts";

/** Extents, outermost first. */
export type Shape = readonly number[];

/**
 * Max elements of one tensor: 2^29, 2 GiB of float32. An operation whose output would be larger is rejected before
 * anything is allocated.
 */
export const MAX_ELEMENTS: number = 2 ** 29;

/** Max stride, dilation, padding or extent: 2^31 - 1. */
export const MAX_EXTENT: number = 2 ** 31 - 1;

/** Max axes of a tensor. */
export const MAX_RANK = 32;

/** Number of elements of a shape; 1 for the empty shape of a scalar. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** Max extents that `formatShape` lists; it leaves out the rest. */
const MAX_LISTED = 16;

/** `1×5×5×6`; `scalar` for the empty shape. Extents that are not numbers are shown as is. */
export function formatShape(shape: Shape): string {
  const extents = shape.slice(0, MAX_LISTED).map((extent) => (typeof extent === "number" ? extent : show(extent)));
  return shape.length === 0 ? "scalar" : `${extents.join("×")}${shape.length > MAX_LISTED ? "×…" : ""}`;
}

export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((extent, axis) => extent === b[axis]);
}

/** Strides, in elements, of a contiguous tensor whose last axis runs fastest. */
export function rowMajorStrides(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = step;
    step *= shape[axis];
  }
  return strides;
}

/** The indices of the element at position `index` in row-major order. */
export function indicesAt(shape: Shape, index: number): number[] {
  const indices = new Array<number>(shape.length);
  let rest = index;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    indices[axis] = rest % shape[axis];
    rest = Math.floor(rest / shape[axis]);
  }
  return indices;
}

/** @throws ShapeError for a list of more than {@link MAX_RANK} axes */
export function checkRankOf(op: string, name: string, axes: readonly unknown[]): void {
  if (axes.length > MAX_RANK) throw new ShapeError(`${op}: ${name} has ${axes.length} axes, needs at most ${MAX_RANK}`);
}

/** @throws ShapeError unless `shape` has one of these ranks. */
export function checkRank(op: string, name: string, shape: unknown, ranks: readonly number[]): void {
  if (!Array.isArray(shape)) throw new ShapeError(`${op}: ${name} shape is ${show(shape)}, needs an array of extents`);
  if (!ranks.includes(shape.length)) {
    throw new ShapeError(
      `${op}: ${name} ${formatShape(shape)} has rank ${shape.length}, needs rank ${ranks.join(" or ")}`,
    );
  }
}

/** @throws ShapeError unless `value` is an integer from `min` to `max`. */
export function checkInteger(op: string, name: string, value: unknown, min: number, max: number = MAX_EXTENT): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= min && value <= max) return value;
  const range = max >= MAX_EXTENT ? `>= ${min}` : `from ${min} to ${max}`;
  const limit = typeof value === "number" && value > max ? `at most ${max}` : `an integer ${range}`;
  throw new ShapeError(`${op}: ${name} is ${show(value)}, needs ${limit}`);
}

/**
 * @param min smallest legal extent: 0 where an empty tensor makes sense, 1 for an operand
 * @throws ShapeError unless `shape` is an array of integers whose product fits {@link MAX_ELEMENTS}.
 */
export function checkShape(op: string, name: string, shape: unknown, min: 0 | 1 = 0): Shape {
  if (!Array.isArray(shape)) throw new ShapeError(`${op}: ${name} is ${show(shape)}, needs an array of extents`);
  checkRankOf(op, name, shape);
  for (let axis = 0; axis < shape.length; axis++) checkInteger(op, `${name}[${axis}]`, shape[axis], min); // holes too
  if (!(sizeOf(shape) <= MAX_ELEMENTS)) {
    throw new ShapeError(
      `${op}: ${name} ${formatShape(shape)} holds ${sizeOf(shape)} elements, needs at most ${MAX_ELEMENTS}`,
    );
  }
  return shape;
}

/** The axis as a non-negative number; a negative one counts from the end. @throws ShapeError if it does not exist. */
export function checkAxis(op: string, axis: unknown, rank: number): number {
  if (typeof axis === "number" && Number.isInteger(axis) && axis >= -rank && axis < rank) {
    return axis < 0 ? axis + rank : axis;
  }
  throw new ShapeError(`${op}: axis is ${show(axis)}, needs an integer from ${-rank} to ${rank - 1}`);
}

/**
 * The shape after NumPy's broadcasting: axes are aligned at the end, and an extent of 1 stretches.
 *
 * @throws ShapeError if two extents differ and neither is 1.
 */
export function broadcastShape(op: string, a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const extentA = a[axis - rank + a.length] ?? 1;
    const extentB = b[axis - rank + b.length] ?? 1;
    if (extentA !== extentB && extentA !== 1 && extentB !== 1) {
      throw new ShapeError(
        `${op}: ${formatShape(a)} and ${formatShape(b)} do not broadcast (${extentA} against ${extentB})`,
      );
    }
    return extentA === 1 ? extentB : extentA;
  });
}

/** Strides that view a tensor of `shape` under a shape that it broadcasts to: 0 along stretched axes. */
export function broadcastStrides(
  shape: Shape,
  target: Shape,
  strides: readonly number[] = rowMajorStrides(shape),
): number[] {
  const shift = target.length - shape.length;
  return target.map((_, axis) => (axis < shift || shape[axis - shift] === 1 ? 0 : strides[axis - shift]));
}
