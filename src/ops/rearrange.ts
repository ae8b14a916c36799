/** @file The public operations that rearrange elements. */
import {
  checkIndices,
  checkMirrors,
  checkRepetitions,
  checkSlice,
  PAD_MODES,
  type PadMode,
  type Picks,
  paddedIndices,
  pickedShape,
  sliceIndices,
  tiledIndices,
} from "../geometry/picks.ts";
import { concatShape, paddedShape } from "../geometry/rearrange.ts";
import { KERNELS } from "../kernels/alone.ts";
import { chooseTier } from "../kernels/tiers.ts";
import { knownKeys, oneOf, ShapeError, show } from "../tensor/errors.ts";
import { checkAxis } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { BackendOption } from "./activations.ts";
import { checkTensor, run } from "./operands.ts";

/**
 * Pads a tensor with one value, with its elements mirrored, or with its edge.
 *
 * @param pads    one pair [before, after] per axis, as in NumPy and TensorFlow
 * @param value   default 0
 * @param options `mode`: "constant" (default), the value; "reflection", the elements mirrored without the edge; "edge",
 *   the edge repeated. `backend`.
 * @throws ShapeError unless there is one pair of non-negative integers per axis, or if mirroring needs more elements
 *   than an axis has
 *
 * @example
 * pad(tensor([[1, 2]]), [[0, 1], [2, 0]]).toArray(); // [[0, 0, 1, 2], [0, 0, 0, 0]]
 * pad(tensor([1, 2, 3]), [[2, 1]], 0, { mode: "reflection" }).toArray(); // [3, 2, 1, 2, 3, 2]
 */
export function pad(
  x: Tensor,
  pads: readonly (readonly [before: number, after: number])[],
  value: number = 0,
  options: BackendOption & { readonly mode?: PadMode | undefined } = {},
): Tensor {
  const op = "pad";
  knownKeys(op, options, ["mode", "backend"]);
  checkTensor(op, "x", x);
  if (typeof value !== "number") throw new ShapeError(`${op}: value is ${show(value)}, needs a number`);
  const mode = oneOf(op, "mode", options.mode ?? "constant", PAD_MODES);
  const shape = paddedShape(op, x.shape, pads);
  checkMirrors(op, mode, x.shape, pads);
  if (mode !== "constant") {
    return picked(
      op,
      x,
      x.shape.map((extent, axis) => paddedIndices(mode, extent, pads[axis])),
      options,
    );
  }
  const output = Tensor.zeros(shape);
  const before = pads.map(([first]) => first);
  run(KERNELS[chooseTier(op, options.backend)].pad(before, value), [x], output);
  return output;
}

/**
 * Copies a box of a tensor.
 *
 * @param starts  first index along each axis
 * @param sizes   extents of the box
 * @param options `steps`: between elements, default 1; negative steps go backwards. `backend`.
 * @throws ShapeError if the box extends outside the tensor
 *
 * @example slice(tensor([[1, 2, 3], [4, 5, 6]]), [0, 2], [2, 2], { steps: [1, -2] }).toArray(); // [[3, 1], [6, 4]]
 */
export function slice(
  x: Tensor,
  starts: readonly number[],
  sizes: readonly number[],
  options: BackendOption & { readonly steps?: readonly number[] | undefined } = {},
): Tensor {
  const op = "slice";
  knownKeys(op, options, ["steps", "backend"]);
  const { shape } = checkTensor(op, "x", x);
  const own = checkSlice(op, shape, starts, sizes, options.steps ?? shape.map(() => 1));
  const picks = shape.map((extent, i) => sliceIndices(extent, own.starts[i], own.sizes[i], own.steps[i]));
  return picked(op, x, picks, options);
}

/**
 * Takes the elements at the given indices along an axis, in that order.
 *
 * @param indices from 0 on
 * @param axis    negative counts from the end
 * @throws ShapeError for an index beyond the axis
 *
 * @example gather(tensor([[1, 2], [3, 4]]), [1, 1, 0], 0).toArray(); // [[3, 4], [3, 4], [1, 2]]
 */
export function gather(x: Tensor, indices: readonly number[], axis: number, options: BackendOption = {}): Tensor {
  const op = "gather";
  knownKeys(op, options, ["backend"]);
  const { shape } = checkTensor(op, "x", x);
  const along = checkAxis(op, axis, shape.length);
  const own = checkIndices(op, indices, shape[along]);
  return picked(
    op,
    x,
    shape.map((_, i) => (i === along ? own : null)),
    options,
  );
}

/**
 * Repeats a tensor along each axis.
 *
 * @param repetitions one number per axis
 * @throws ShapeError unless there is a positive integer for each axis
 *
 * @example tile(tensor([[1, 2]]), [2, 2]).toArray(); // [[1, 2, 1, 2], [1, 2, 1, 2]]
 */
export function tile(x: Tensor, repetitions: readonly number[], options: BackendOption = {}): Tensor {
  const op = "tile";
  knownKeys(op, options, ["backend"]);
  const { shape } = checkTensor(op, "x", x);
  const own = checkRepetitions(op, repetitions, shape);
  return picked(
    op,
    x,
    shape.map((extent, axis) => tiledIndices(extent, own[axis])),
    options,
  );
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

function picked(op: string, x: Tensor, picks: Picks, options: BackendOption): Tensor {
  const output = Tensor.zeros(pickedShape(x.shape, picks));
  run(KERNELS[chooseTier(op, options.backend)].pick(x.shape, picks), [x], output);
  return output;
}
