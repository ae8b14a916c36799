/**
 * @file Layouts: the order of an image's or a filter's axes in memory.
 *
 * A layout is spelled by one letter per axis: n images, h rows, w columns, c channels; of a filter: o output channels,
 * i input channels per group, m outputs per input channel (the depthwise multiplier).
 */
import { ShapeError } from "./errors.ts";
import type { Shape } from "./shape.ts";

export const LAYOUTS = ["nhwc", "nchw"] as const;
/** The order of the axes of an image: n images, h rows, w columns, c channels. */
export type Layout = (typeof LAYOUTS)[number];

export const CONV_FILTER_LAYOUTS = ["hwio", "oihw", "ohwi", "ihwo"] as const;
export const DEPTHWISE_FILTER_LAYOUTS = ["hwim", "oihw"] as const;
/** The order of the axes of a filter. */
export type FilterLayout = (typeof CONV_FILTER_LAYOUTS)[number] | (typeof DEPTHWISE_FILTER_LAYOUTS)[number];

/**
 * The permutation by which `transpose` converts one layout to another.
 *
 * @example layoutPermutation("nchw", "nhwc"); // [0, 2, 3, 1]
 */
export function layoutPermutation(from: string, to: string): number[] {
  const permutation = [...to].map((axis) => from.indexOf(axis));
  if (from.length !== to.length || permutation.includes(-1)) {
    throw new ShapeError(`layout: ${from} and ${to} do not have the same axes`);
  }
  return permutation;
}

/** Reorders the axes of a shape. */
export function permuteShape(shape: Shape, from: string, to: string): Shape {
  return layoutPermutation(from, to).map((axis) => shape[axis]);
}
