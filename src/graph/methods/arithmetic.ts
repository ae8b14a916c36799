/** @file Methods of a graph builder: functions of two values, and along axes. */
import type { ArgMaxSpec, Named, ReduceSpec } from "../specs.ts";
import type { Value } from "./value.ts";

/** Functions of two values, and along axes. */
export interface ArithmeticMethods {
  /**
   * a + b, element by element. An extent of 1 stretches, as in NumPy.
   *
   * @throws ShapeError if the shapes do not broadcast
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 8, 4]);
   * g.shapeOf(g.add(g.input, g.globalAveragePool2d(g.input))); // [1, 8, 8, 4]
   */
  add(a: Value, b: Value, spec?: Named): Value;
  /**
   * a - b, element by element. An extent of 1 stretches, as in NumPy.
   *
   * @throws ShapeError if the shapes do not broadcast
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 8, 4]);
   * g.shapeOf(g.sub(g.input, g.globalAveragePool2d(g.input))); // [1, 8, 8, 4]
   */
  sub(a: Value, b: Value, spec?: Named): Value;
  /**
   * a · b, element by element. An extent of 1 stretches, as in NumPy.
   *
   * @throws ShapeError if the shapes do not broadcast
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 8, 4]);
   * g.shapeOf(g.mul(g.input, g.globalAveragePool2d(g.input))); // [1, 8, 8, 4]
   */
  mul(a: Value, b: Value, spec?: Named): Value;
  /**
   * a / b, element by element. An extent of 1 stretches, as in NumPy.
   *
   * @throws ShapeError if the shapes do not broadcast
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 8, 4]);
   * g.shapeOf(g.div(g.input, g.globalAveragePool2d(g.input))); // [1, 8, 8, 4]
   */
  div(a: Value, b: Value, spec?: Named): Value;
  /**
   * max(a, b), element by element. An extent of 1 stretches, as in NumPy.
   *
   * @throws ShapeError if the shapes do not broadcast
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 8, 4]);
   * g.shapeOf(g.max(g.input, g.globalAveragePool2d(g.input))); // [1, 8, 8, 4]
   */
  max(a: Value, b: Value, spec?: Named): Value;
  /**
   * min(a, b), element by element. An extent of 1 stretches, as in NumPy.
   *
   * @throws ShapeError if the shapes do not broadcast
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 8, 4]);
   * g.shapeOf(g.min(g.input, g.globalAveragePool2d(g.input))); // [1, 8, 8, 4]
   */
  min(a: Value, b: Value, spec?: Named): Value;
  /**
   * Matrix product of two values, over their last two axes; the axes before them broadcast.
   *
   * @param a [1, …, m, k]
   * @param b [1, …, k, n]
   * @returns [1, …, m, n]
   * @throws ShapeError if they do not fit
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 4]);
   * g.shapeOf(g.matmul(g.input, g.transpose(g.input, [0, 2, 1]))); // [1, 8, 8]
   */
  matmul(a: Value, b: Value, spec?: Named): Value;
  /**
   * e^x[i] / Σⱼ e^x[j] along the last axis, so that the elements of each line add up to 1.
   *
   * @param x [1, …]
   * @throws ShapeError if there is no such value
   *
   * @example
   * const g = graphBuilder("own", [1, 10]);
   * g.shapeOf(g.softmax(g.input)); // [1, 10]
   */
  softmax(x: Value, spec?: Named): Value;
  /**
   * The mean of all elements along some axes.
   *
   * @param x    of any shape
   * @param spec `axes`: not 0, the batch axis; negative ones count from the end; default all others. `keepDimensions`:
   *   whether they stay, with an extent of 1, default false. `name`
   * @throws ShapeError for an axis that does not exist, is listed twice, or is the batch axis
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 6, 4]);
   * g.shapeOf(g.reduceMean(g.input, { axes: [1, 2] })); // [1, 4]
   */
  reduceMean(x: Value, spec?: ReduceSpec): Value;
  /**
   * The sum of all elements along some axes.
   *
   * @param spec as for {@link GraphBuilder.reduceMean}
   * @throws ShapeError for an axis that does not exist, is listed twice, or is the batch axis
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 6, 4]);
   * g.shapeOf(g.reduceSum(g.input, { axes: [-1], keepDimensions: true })); // [1, 8, 6, 1]
   */
  reduceSum(x: Value, spec?: ReduceSpec): Value;
  /**
   * The maximum of all elements along some axes.
   *
   * @param spec as for {@link GraphBuilder.reduceMean}
   * @throws ShapeError for an axis that does not exist, is listed twice, or is the batch axis
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 6, 4]);
   * g.shapeOf(g.reduceMax(g.input, { axes: [-1], keepDimensions: true })); // [1, 8, 6, 1]
   */
  reduceMax(x: Value, spec?: ReduceSpec): Value;
  /**
   * The minimum of all elements along some axes.
   *
   * @param spec as for {@link GraphBuilder.reduceMean}
   * @throws ShapeError for an axis that does not exist, is listed twice, or is the batch axis
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 6, 4]);
   * g.shapeOf(g.reduceMin(g.input, { axes: [-1], keepDimensions: true })); // [1, 8, 6, 1]
   */
  reduceMin(x: Value, spec?: ReduceSpec): Value;
  /**
   * The index of the first largest element along an axis, as a number.
   *
   * @param axis not 0, the batch axis; negative counts from the end
   * @param spec `keepDimensions`: whether the axis stays, with an extent of 1, default false. `name`
   * @throws ShapeError for an axis that does not exist or is the batch axis
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 6, 4]);
   * g.shapeOf(g.argMax(g.input, -1)); // [1, 8, 6]
   */
  argMax(x: Value, axis: number, spec?: ArgMaxSpec): Value;
}
