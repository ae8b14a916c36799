/** @file Views of a tensor's memory: other shapes, strides and offsets for the same data. Nothing is copied here. */
import { ShapeError, show } from "./errors.ts";
import { checkInteger, formatShape, type Shape, sizeOf } from "./shape.ts";

/** Where the elements of a tensor are in its data. */
export interface View {
  readonly shape: Shape;
  readonly strides: readonly number[];
  readonly offset: number;
}

/** @returns data elements that a view needs. @throws ShapeError unless strides and offset are non-negative integers */
export function extentOf({ shape, strides, offset }: View): number {
  if (!Array.isArray(strides)) throw new ShapeError(`Tensor: strides are ${show(strides)}, needs an array`);
  if (strides.length !== shape.length) {
    throw new ShapeError(`Tensor: ${strides.length} strides, shape ${formatShape(shape)} needs ${shape.length}`);
  }
  checkInteger("Tensor", "offset", offset, 0);
  const size = sizeOf(shape);
  let end = size === 0 ? offset : offset + 1;
  for (let axis = 0; axis < shape.length; axis++) {
    const step = checkInteger("Tensor", `strides[${axis}]`, strides[axis], 0);
    if (size > 0) end += (shape[axis] - 1) * step;
  }
  return end;
}

/** A shape with at most one -1, inferred. @throws ShapeError unless it holds as many elements as `from` */
export function inferred(from: Shape, shape: unknown): Shape {
  if (!Array.isArray(shape)) throw new ShapeError(`reshape: shape is ${show(shape)}, needs an array of extents`);
  const size = sizeOf(from);
  const known = sizeOf(shape.filter((extent) => extent !== -1));
  const full = shape.map((extent) => (extent === -1 && known > 0 ? size / known : extent));
  const isInferable = shape.indexOf(-1) === shape.lastIndexOf(-1);
  if (isInferable && full.every((extent) => Number.isInteger(extent)) && sizeOf(full) === size) return full;
  throw new ShapeError(`reshape: ${formatShape(from)} holds ${size} elements, cannot become ${show(shape)}`);
}

/** @throws ShapeError if the box extends outside the view */
export function sliced(
  view: View,
  starts: readonly number[],
  sizes: readonly number[] | undefined,
  steps: readonly number[],
): View {
  const rank = view.shape.length;
  if (![starts, steps, sizes ?? steps].every((list) => Array.isArray(list) && list.length === rank)) {
    throw new ShapeError(`slice: needs ${rank} starts, sizes and steps for shape ${formatShape(view.shape)}`);
  }
  let { offset } = view;
  const shape = view.shape.map((extent, axis) => {
    const start = checkInteger("slice", `starts[${axis}]`, starts[axis], 0, extent);
    const step = checkInteger("slice", `steps[${axis}]`, steps[axis], 1);
    const max = Math.ceil((extent - start) / step);
    const size = checkInteger("slice", `sizes[${axis}]`, sizes?.[axis] ?? max, 0, max);
    if (size > 0) offset += start * view.strides[axis];
    return size;
  });
  return { shape, strides: view.strides.map((stride, axis) => stride * steps[axis]), offset };
}
