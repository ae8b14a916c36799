/** @file The public batch normalisation, with given statistics. */
import { type BatchNormParameters, badVariance, checkEpsilon } from "../geometry/batchNormalization.ts";
import { KERNELS } from "../kernels/alone.ts";
import { type Backend, chooseTier } from "../kernels/tiers.ts";
import { knownKeys, ShapeError } from "../tensor/errors.ts";
import { checkAxis } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { checkTensor, checkVector, run } from "./operands.ts";

/** Options of `batchNormalization`. */
export interface BatchNormalizationOptions {
  /** [c] */
  readonly mean: Tensor;
  /** [c]; with epsilon added, above 0 */
  readonly variance: Tensor;
  /** γ, [c]. Default 1. */
  readonly scale?: Tensor | null | undefined;
  /** β, [c]. Default 0. */
  readonly bias?: Tensor | null | undefined;
  /** At least 0. Default 1e-5, PyTorch's and ONNX's; Keras and TF-slim networks need 1e-3. */
  readonly epsilon?: number | undefined;
  /** The axis of the channels; negative counts from the end. Default the last. */
  readonly axis?: number | undefined;
  /** Default "auto". */
  readonly backend?: Backend | undefined;
}

/**
 * y = (x - mean) / √(variance + epsilon) · scale + bias, channel by channel.
 *
 * @param input any shape of rank 1 or more, any view
 * @returns a fresh contiguous tensor of the same shape
 * @throws ShapeError for a vector of the wrong length, a negative epsilon, or a variance whose sum with epsilon is not
 *   above 0
 *
 * @example
 * const statistics = { mean: tensor([1, 1]), variance: tensor([4, 16]), epsilon: 0 };
 * batchNormalization(tensor([[5, 9]]), statistics).toArray(); // [[2, 2]]
 */
export function batchNormalization(input: Tensor, options: BatchNormalizationOptions): Tensor {
  const op = "batchNormalization";
  checkTensor(op, "input", input);
  knownKeys(op, options, ["mean", "variance", "scale", "bias", "epsilon", "axis", "backend"]);
  const axis = checkAxis(op, options.axis ?? -1, input.shape.length);
  const parameters = checkBatchNorm(op, options, input.shape[axis]);
  const output = Tensor.zeros(input.shape);
  const channelsLast = input.shape
    .map((_, a) => a)
    .filter((a) => a !== axis)
    .concat(axis);
  const turned = input.transpose(channelsLast);
  const { epsilon, ...weights } = parameters;
  const kernel = KERNELS[chooseTier(op, options.backend)].batchNormalization(turned.shape, epsilon);
  run(kernel, [turned], output.transpose(channelsLast), weights);
  return output;
}

function checkBatchNorm(op: string, options: BatchNormalizationOptions, channels: number): BatchNormParameters {
  const epsilon = checkEpsilon(op, options.epsilon ?? 1e-5);
  const vector = (name: "mean" | "variance" | "scale" | "bias"): Tensor | null =>
    checkVector(op, name, options[name], channels);
  const mean = vector("mean");
  const variance = vector("variance");
  if (mean === null || variance === null) {
    throw new ShapeError(
      `${op}: ${mean === null ? "mean" : "variance"} is missing, needs a tensor of shape ${channels}`,
    );
  }
  const bad = badVariance(variance, epsilon);
  if (bad !== null) throw new ShapeError(`${op}: variance${bad}`);
  return { mean, variance, scale: vector("scale"), bias: vector("bias"), epsilon };
}
