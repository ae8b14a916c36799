/** @file The public reductions: functions of all elements along some axes. */
import { checkAxes, type Reduction, reducedShape } from "../geometry/reduction.ts";
import { KERNELS } from "../kernels/alone.ts";
import { chooseTier } from "../kernels/tiers.ts";
import { checkBoolean, knownKeys } from "../tensor/errors.ts";
import { checkAxis } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { BackendOption } from "./activations.ts";
import { checkTensor, run } from "./operands.ts";

/** Options of `argMax`. */
export interface ArgMaxOptions extends BackendOption {
  /** Whether the reduced axes stay, with an extent of 1. Default false. */
  readonly keepDimensions?: boolean | undefined;
}

/** Options of `reduceMean`, `reduceSum`, `reduceMax` and `reduceMin`. */
export interface ReduceOptions extends ArgMaxOptions {
  /** Negative ones count from the end. Default: all. */
  readonly axes?: readonly number[] | undefined;
}

/**
 * The mean of all elements along some axes, computed in float64 and rounded once.
 *
 * @param x       of any shape, any view
 * @param options `axes`: default all; negative ones count from the end. `keepDimensions`: whether the reduced axes
 *   stay, with an extent of 1, default false. `backend`.
 * @returns fresh and contiguous
 * @throws ShapeError for an axis that does not exist or is listed twice
 *
 * @example reduceMean(tensor([[1, 2], [3, 4]]), { axes: [0] }).toArray(); // [2, 3]
 */
export function reduceMean(x: Tensor, options: ReduceOptions = {}): Tensor {
  return reduced("reduceMean", x, options);
}

/**
 * The sum of all elements along some axes, computed in float64 and rounded once.
 *
 * @param options as for {@link reduceMean}
 * @throws ShapeError for an axis that does not exist or is listed twice
 *
 * @example reduceSum(tensor([[1, 2], [3, 4]]), { axes: [-1], keepDimensions: true }).toArray(); // [[3], [7]]
 */
export function reduceSum(x: Tensor, options: ReduceOptions = {}): Tensor {
  return reduced("reduceSum", x, options);
}

/**
 * The largest element along some axes.
 *
 * @param options as for {@link reduceMean}
 * @throws ShapeError for an axis that does not exist or is listed twice
 *
 * @example reduceMax(tensor([[1, 2], [3, 4]])).toArray(); // 4
 */
export function reduceMax(x: Tensor, options: ReduceOptions = {}): Tensor {
  return reduced("reduceMax", x, options);
}

/**
 * The smallest element along some axes.
 *
 * @param options as for {@link reduceMean}
 * @throws ShapeError for an axis that does not exist or is listed twice
 *
 * @example reduceMin(tensor([[1, 2], [3, 4]]), { axes: [1] }).toArray(); // [1, 3]
 */
export function reduceMin(x: Tensor, options: ReduceOptions = {}): Tensor {
  return reduced("reduceMin", x, options);
}

/**
 * The index of the largest element along an axis, the first of equal ones, as a float. NaN counts as larger than any
 * number.
 *
 * @param axis    negative counts from the end
 * @param options `keepDimensions`: whether the axis stays, with an extent of 1, default false. `backend`.
 * @throws ShapeError for an axis that does not exist
 *
 * @example argMax(tensor([[1, 9, 9], [5, 3, 4]]), -1).toArray(); // [1, 0]
 */
export function argMax(x: Tensor, axis: number, options: ArgMaxOptions = {}): Tensor {
  const op = "argMax";
  knownKeys(op, options, ["keepDimensions", "backend"]);
  checkTensor(op, "x", x);
  const keepDimensions = checkBoolean(op, "keepDimensions", options.keepDimensions ?? false);
  const along = checkAxis(op, axis, x.shape.length);
  const output = Tensor.zeros(reducedShape(x.shape, [along], keepDimensions));
  run(KERNELS[chooseTier(op, options.backend)].argMax(x.shape, along), [x], output);
  return output;
}

function reduced(op: Reduction, x: Tensor, options: ReduceOptions): Tensor {
  knownKeys(op, options, ["axes", "keepDimensions", "backend"]);
  checkTensor(op, "x", x);
  const keepDimensions = checkBoolean(op, "keepDimensions", options.keepDimensions ?? false);
  const axes = checkAxes(op, options.axes, x.shape.length);
  if (axes.length === 0) return x.copy(); // of a scalar
  const output = Tensor.zeros(reducedShape(x.shape, axes, keepDimensions));
  run(KERNELS[chooseTier(op, options.backend)].reduce(op, x.shape, axes), [x], output);
  return output;
}
