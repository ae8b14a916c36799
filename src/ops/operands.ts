/** @file Checks that every operation applies to its operands before calling a kernel. */

import type { LayerWeights, TensorKernel } from "../kernels/contract/kernels.ts";
import { ShapeError, show } from "../tensor/errors.ts";
import { checkRank, checkShape, formatShape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";

/**
 * @param ranks the ranks that the operation accepts; default: any
 * @throws ShapeError unless `value` is a tensor of one of these ranks without an extent of 0
 */
export function checkTensor(op: string, name: string, value: unknown, ranks?: readonly number[]): Tensor {
  if (!(value instanceof Tensor)) {
    throw new ShapeError(`${op}: ${name} is ${show(value)}, needs a Tensor: tensor(data, shape)`);
  }
  if (ranks) checkRank(op, name, value.shape, ranks);
  checkShape(op, name, value.shape, 1);
  return value;
}

/** A tensor of one number per channel, or null if absent. @throws ShapeError for the wrong shape */
export function checkVector(op: string, name: string, value: unknown, length: number): Tensor | null {
  if (value === undefined || value === null) return null;
  const vector = checkTensor(op, name, value, [1]);
  if (vector.size !== length) {
    throw new ShapeError(`${op}: ${name} has shape ${formatShape(vector.shape)}, needs ${length}`);
  }
  return vector;
}

/** Runs a kernel once. */
export function run(kernel: TensorKernel, inputs: readonly Tensor[], output: Tensor, weights: LayerWeights = {}): void {
  kernel(weights)(inputs, output);
}
