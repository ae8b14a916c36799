/** @file Methods of a graph builder: operations that move elements; only interpolation computes new ones. */
import type { Shape } from "../../tensor/shape.ts";
import type { Named, PadSpec, Resample2dSpec, SliceSpec, SplitSpec } from "../specs.ts";
import type { Value } from "./value.ts";

/** Operations that move elements; only interpolation computes new ones. */
export interface RearrangingMethods {
  /**
   * The same elements, in row-major order, in another shape.
   *
   * @param shape [1, …], with as many elements
   * @throws ShapeError if the sizes differ
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 8, 4]);
   * g.shapeOf(g.reshape(g.input, [1, 256])); // [1, 256]
   */
  reshape(x: Value, shape: Shape, spec?: Named): Value;
  /**
   * Reorders axes: axis i of the result is axis `permutation[i]` of x.
   *
   * @param permutation every axis once; the first, the batch axis, stays first
   * @throws ShapeError for anything else
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 6, 4]);
   * g.shapeOf(g.transpose(g.input, [0, 3, 1, 2])); // [1, 4, 8, 6]
   */
  transpose(x: Value, permutation: readonly number[], spec?: Named): Value;
  /**
   * Concatenates values along an axis.
   *
   * @param values one or more, with equal extents on every other axis
   * @param axis   not the first; negative counts from the end
   * @throws ShapeError if another extent differs
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 8, 4]);
   * g.shapeOf(g.concat([g.input, g.input], -1)); // [1, 8, 8, 8]
   */
  concat(values: readonly Value[], axis: number, spec?: Named): Value;
  /**
   * Pads a value with a constant, mirrored elements, or copies of its edge.
   *
   * @param pads one pair [before, after] per axis; the first, the batch axis, has none: [0, 0]
   * @param spec `mode`: "constant" (default), "reflection" or "edge". `value`: default 0. `name`
   * @throws ShapeError if there is not one pair of non-negative integers per axis
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 8, 4]);
   * g.shapeOf(g.pad(g.input, [[0, 0], [1, 1], [1, 1], [0, 0]])); // [1, 10, 10, 4]
   */
  pad(x: Value, pads: readonly (readonly [before: number, after: number])[], spec?: PadSpec): Value;
  /**
   * A slice of a value along every axis: a box.
   *
   * @param starts first index along each axis
   * @param sizes  extents of the box
   * @param spec   `steps`: between elements, default 1; negative ones run backwards. `name`
   * @throws ShapeError if the box reaches outside
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 6, 4]);
   * g.shapeOf(g.slice(g.input, [0, 0, 1, 0], [1, 4, 5, 4], { steps: [1, 2, 1, 1] })); // [1, 4, 5, 4]
   */
  slice(x: Value, starts: readonly number[], sizes: readonly number[], spec?: SliceSpec): Value;
  /**
   * Splits a value into parts along an axis: a slice for each.
   *
   * @param sizes of the parts; they add up to the extent
   * @param spec  `axis`: default the last. `name`: the first part is called NAME_1
   * @throws ShapeError if the sizes do not add up
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 6, 4]);
   * g.split(g.input, [1, 3]).map((part) => g.shapeOf(part)[3]); // [1, 3]
   */
  split(x: Value, sizes: readonly number[], spec?: SplitSpec): readonly Value[];
  /**
   * Elements at given indices along an axis, in that order.
   *
   * @param indices from 0 up
   * @param axis    not 0, the batch axis; negative counts from the end
   * @throws ShapeError for an index beyond the axis
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 6, 4]);
   * g.shapeOf(g.gather(g.input, [2, 2, 0], -1)); // [1, 8, 6, 3]
   */
  gather(x: Value, indices: readonly number[], axis: number, spec?: Named): Value;
  /**
   * Stretches extents of 1.
   *
   * @param shape [1, …] of the same rank
   * @throws ShapeError if another extent would change
   *
   * @example
   * const g = graphBuilder("own", [1, 1, 1, 4]);
   * g.shapeOf(g.expand(g.input, [1, 8, 6, 4])); // [1, 8, 6, 4]
   */
  expand(x: Value, shape: Shape, spec?: Named): Value;
  /**
   * A value repeated along each axis.
   *
   * @param repetitions for each axis; 1 for the first, the batch axis
   * @throws ShapeError unless there is a positive integer for each axis
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 6, 4]);
   * g.shapeOf(g.tile(g.input, [1, 2, 1, 3])); // [1, 16, 6, 12]
   */
  tile(x: Value, repetitions: readonly number[], spec?: Named): Value;
  /**
   * Resizes images: the nearest pixel, or interpolation between the four around it.
   *
   * @param x    [1, h, w, c]
   * @param spec `sizes`: rows and columns, n or [h, w]; or `scales`. `mode`: "nearest" (default) or "linear".
   *   `coordinates`: "half-pixel" (default; TensorFlow 2, PyTorch), "pytorch-half-pixel", "align-corners" or
   *   "asymmetric" (TensorFlow 1). `rounding` of the nearest: "round-prefer-floor" (default), "round-prefer-ceil",
   *   "floor" or "ceil". `name`
   * @returns [1, oh, ow, c]
   * @throws ShapeError unless either sizes or scales are given, above 0
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 6, 4]);
   * g.shapeOf(g.resample2d(g.input, { scales: 2, mode: "linear" })); // [1, 16, 12, 4]
   */
  resample2d(x: Value, spec: Resample2dSpec): Value;
}
