/** @file Parameters of a batch normalisation with given statistics. Source: arXiv 1502.03167. */
import { ShapeError, show } from "../tensor/errors.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Numbers per channel, [C] each. */
export interface BatchNormParameters {
  readonly mean: Tensor;
  readonly variance: Tensor;
  /** γ; null for 1. */
  readonly scale: Tensor | null;
  /** β; null for 0. */
  readonly bias: Tensor | null;
  /** Added to the variance so that a constant channel does not divide by zero. */
  readonly epsilon: number;
}

/** @throws ShapeError unless `value` is finite and >= 0 */
export function checkEpsilon(op: string, value: unknown): number {
  if (typeof value === "number" && value >= 0 && value < Number.POSITIVE_INFINITY) return value;
  throw new ShapeError(`${op}: epsilon is ${show(value)}, needs a finite number >= 0`);
}

/**
 * Describes the first channel whose variance + ε is not positive; null if there is none. Rounding leaves slightly
 * negative variances in published weights; they are legal if ε lifts them above zero.
 */
export function badVariance(variance: Tensor, epsilon: number): string | null {
  const values = variance.toFloat32Array();
  const c = values.findIndex((value) => !(value + epsilon > 0));
  return c === -1 ? null : `[${c}] is ${values[c]}, with epsilon ${epsilon} needs a sum above 0`;
}
