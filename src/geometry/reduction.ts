/** @file Reductions over axes: which axes, and the resulting shape. */
import { ShapeError, show } from "../tensor/errors.ts";
import { checkAxis, type Shape } from "../tensor/shape.ts";

/** Functions that reduce all elements along some axes. */
export const REDUCTIONS = ["reduceMean", "reduceSum", "reduceMax", "reduceMin"] as const;
/** The name of a function that reduces all elements along some axes. */
export type Reduction = (typeof REDUCTIONS)[number];

/**
 * Axes as non-negative numbers, in ascending order.
 *
 * @param axes default: all
 * @throws ShapeError unless each axis exists and is listed once
 */
export function checkAxes(op: string, axes: unknown, rank: number): readonly number[] {
  if (axes === undefined) return Array.from({ length: rank }, (_, axis) => axis);
  if (!Array.isArray(axes) || axes.length === 0) {
    throw new ShapeError(`${op}: axes is ${show(axes)}, needs a list of axes`);
  }
  const own = axes.map((axis) => checkAxis(op, axis, rank));
  if (new Set(own).size < own.length) throw new ShapeError(`${op}: axes is ${show(axes)}, needs each axis once`);
  return own.sort((a, b) => a - b);
}

/** The shape after a reduction. @param keepDimensions whether reduced axes stay, with an extent of 1 */
export function reducedShape(shape: Shape, axes: readonly number[], keepDimensions: boolean): Shape {
  return keepDimensions
    ? shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent))
    : shape.filter((_, axis) => !axes.includes(axis));
}
