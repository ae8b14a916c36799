/** @file The public functions of two tensors. */
import type { BinaryOp } from "../geometry/elementwise.ts";
import { matmulShape } from "../geometry/matmul.ts";
import { KERNELS } from "../kernels/alone.ts";
import { chooseTier } from "../kernels/tiers.ts";
import { knownKeys } from "../tensor/errors.ts";
import { broadcastShape, checkShape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { BackendOption } from "./activations.ts";
import { checkTensor, run } from "./operands.ts";

/**
 * a + b, element by element, with NumPy's broadcasting: axes are aligned at the end and an extent of 1 stretches.
 *
 * @throws ShapeError if the shapes do not broadcast
 *
 * @example add(tensor([[1, 2], [3, 4]]), tensor([10, 20])).toArray(); // [[11, 22], [13, 24]]
 */
export function add(a: Tensor, b: Tensor, options: BackendOption = {}): Tensor {
  return combine("add", a, b, options);
}

/**
 * a · b, element by element, with NumPy's broadcasting.
 *
 * @throws ShapeError if the shapes do not broadcast
 *
 * @example mul(tensor([[1, 2], [3, 4]]), tensor([[10], [20]])).toArray(); // [[10, 20], [60, 80]]
 */
export function mul(a: Tensor, b: Tensor, options: BackendOption = {}): Tensor {
  return combine("mul", a, b, options);
}

/**
 * a - b, element by element, with NumPy's broadcasting.
 *
 * @throws ShapeError if the shapes do not broadcast
 *
 * @example sub(tensor([[1, 2], [3, 4]]), tensor([1, 2])).toArray(); // [[0, 0], [2, 2]]
 */
export function sub(a: Tensor, b: Tensor, options: BackendOption = {}): Tensor {
  return combine("sub", a, b, options);
}

/**
 * a / b, element by element, with NumPy's broadcasting.
 *
 * @throws ShapeError if the shapes do not broadcast
 *
 * @example div(tensor([[1, 2], [3, 4]]), tensor([[1], [2]])).toArray(); // [[1, 2], [1.5, 2]]
 */
export function div(a: Tensor, b: Tensor, options: BackendOption = {}): Tensor {
  return combine("div", a, b, options);
}

/**
 * max(a, b), element by element, with NumPy's broadcasting.
 *
 * @throws ShapeError if the shapes do not broadcast
 *
 * @example max(tensor([1, 2, 3]), tensor([2])).toArray(); // [2, 2, 3]
 */
export function max(a: Tensor, b: Tensor, options: BackendOption = {}): Tensor {
  return combine("max", a, b, options);
}

/**
 * min(a, b), element by element, with NumPy's broadcasting.
 *
 * @throws ShapeError if the shapes do not broadcast
 *
 * @example min(tensor([1, 2, 3]), tensor([2])).toArray(); // [1, 2, 2]
 */
export function min(a: Tensor, b: Tensor, options: BackendOption = {}): Tensor {
  return combine("min", a, b, options);
}

/**
 * Matrix product over the last two axes; leading axes broadcast, as in NumPy.
 *
 * @param a […, m, k], any view
 * @param b […, k, n], any view
 * @returns […, m, n], fresh and contiguous
 * @throws ShapeError if the shapes do not fit
 *
 * @example matmul(tensor([[1, 2], [3, 4]]), tensor([[1], [10]])).toArray(); // [[21], [43]]
 */
export function matmul(a: Tensor, b: Tensor, options: BackendOption = {}): Tensor {
  const op = "matmul";
  knownKeys(op, options, ["backend"]);
  checkTensor(op, "a", a);
  checkTensor(op, "b", b);
  const output = Tensor.zeros(checkShape(op, "output", matmulShape(op, a.shape, b.shape), 1));
  run(KERNELS[chooseTier(op, options.backend)].matmul(a.shape, b.shape, output.shape), [a, b], output);
  return output;
}

function combine(op: BinaryOp, a: Tensor, b: Tensor, options: BackendOption): Tensor {
  knownKeys(op, options, ["backend"]);
  checkTensor(op, "a", a);
  checkTensor(op, "b", b);
  const output = Tensor.zeros(checkShape(op, "output", broadcastShape(op, a.shape, b.shape), 1));
  run(KERNELS[chooseTier(op, options.backend)].binary(op, a.shape, b.shape, output.shape), [a, b], output);
  return output;
}
