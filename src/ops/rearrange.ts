/** @file The public pad and concat. */
import { concatShape, paddedShape } from "../geometry/rearrange.ts";
import { KERNELS } from "../kernels/alone.ts";
import { chooseTier } from "../kernels/tiers.ts";
import { knownKeys, ShapeError, show } from "../tensor/errors.ts";
import { checkAxis } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { BackendOption } from "./activations.ts";
import { checkTensor, run } from "./operands.ts";

/**
 * Surrounds a tensor with elements of one value.
 *
 * @param pads  one pair [before, after] per axis, as in NumPy and TensorFlow
 * @param value default 0
 * @throws ShapeError if there is not one pair of non-negative integers per axis
 *
 * @example pad(tensor([[1, 2]]), [[0, 1], [2, 0]]).toArray(); // [[0, 0, 1, 2], [0, 0, 0, 0]]
 */
export function pad(
  x: Tensor,
  pads: readonly (readonly [before: number, after: number])[],
  value: number = 0,
  options: BackendOption = {},
): Tensor {
  const op = "pad";
  knownKeys(op, options, ["backend"]);
  checkTensor(op, "x", x);
  if (typeof value !== "number") throw new ShapeError(`${op}: value is ${show(value)}, needs a number`);
  const shape = paddedShape(op, x.shape, pads);
  const output = Tensor.zeros(shape);
  const before = pads.map(([first]) => first);
  run(KERNELS[chooseTier(op, options.backend)].pad(before, value), [x], output);
  return output;
}

/**
 * Concatenates tensors along an axis.
 *
 * @param tensors one or more, with equal extents on every other axis
 * @param axis    negative counts from the end
 * @throws ShapeError if another extent differs
 *
 * @example concat([tensor([[1], [2]]), tensor([[3], [4]])], 1).toArray(); // [[1, 3], [2, 4]]
 */
export function concat(tensors: readonly Tensor[], axis: number, options: BackendOption = {}): Tensor {
  const op = "concat";
  knownKeys(op, options, ["backend"]);
  if (!Array.isArray(tensors) || tensors.length === 0) {
    throw new ShapeError(`${op}: tensors are ${show(tensors)}, needs an array of at least one`);
  }
  const shapes = Array.from(tensors, (t, i) => checkTensor(op, `tensors[${i}]`, t).shape);
  const along = checkAxis(op, axis, shapes[0].length);
  const output = Tensor.zeros(concatShape(op, shapes, along));
  run(KERNELS[chooseTier(op, options.backend)].concat(shapes, along), tensors, output);
  return output;
}
