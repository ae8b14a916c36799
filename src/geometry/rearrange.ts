/** @file Output shapes of pad and concat. */
import { ShapeError, show } from "../tensor/errors.ts";
import { checkInteger, checkShape, formatShape, type Shape } from "../tensor/shape.ts";

/** The shape after padding. @throws ShapeError unless there is one pair of non-negative integers per axis */
export function paddedShape(op: string, shape: Shape, pads: unknown): Shape {
  if (!Array.isArray(pads) || pads.length !== shape.length || !pads.every((p) => Array.isArray(p) && p.length === 2)) {
    const need = `${shape.length} pairs [before, after] for ${formatShape(shape)}`;
    throw new ShapeError(`${op}: pads are ${show(pads)}, needs ${need}`);
  }
  const result = shape.map((extent, axis) => {
    const [before, after] = pads[axis];
    checkInteger(op, `pads[${axis}][0]`, before, 0);
    return extent + before + checkInteger(op, `pads[${axis}][1]`, after, 0);
  });
  return checkShape(op, "output", result, 1);
}

/** The shape of the concatenation. @throws ShapeError if extents on other axes differ */
export function concatShape(op: string, shapes: readonly Shape[], axis: number): Shape {
  const [first] = shapes;
  shapes.forEach((shape, i) => {
    if (shape.length !== first.length || shape.some((extent, a) => a !== axis && extent !== first[a])) {
      const found = `tensors[${i}] ${formatShape(shape)} does not fit tensors[0] ${formatShape(first)}`;
      throw new ShapeError(`${op}: ${found}, needs the same extents on every axis but ${axis}`);
    }
  });
  const sum = shapes.reduce((total, shape) => total + shape[axis], 0);
  const joined = first.map((extent, a) => (a === axis ? sum : extent));
  return checkShape(op, "output", joined, 1);
}
