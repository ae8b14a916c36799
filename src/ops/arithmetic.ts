/** @file The public addition and multiplication. */
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

function combine(op: "add" | "mul", a: Tensor, b: Tensor, options: BackendOption): Tensor {
  knownKeys(op, options, ["backend"]);
  checkTensor(op, "a", a);
  checkTensor(op, "b", b);
  const output = Tensor.zeros(checkShape(op, "output", broadcastShape(op, a.shape, b.shape), 1));
  run(KERNELS[chooseTier(op, options.backend)][op](a.shape, b.shape, output.shape), [a, b], output);
  return output;
}
