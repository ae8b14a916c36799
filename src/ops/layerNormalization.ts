/** @file The public layer normalisation. */
import { checkEpsilon } from "../geometry/batchNormalization.ts";
import { KERNELS } from "../kernels/alone.ts";
import { type Backend, chooseTier } from "../kernels/tiers.ts";
import { knownKeys, ShapeError } from "../tensor/errors.ts";
import { checkInteger, formatShape, sameShape, sizeOf } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { checkTensor, run } from "./operands.ts";

/** Options of `layerNormalization`. */
export interface LayerNormalizationOptions {
  /** How many of the last axes are normalised together. Default 1. */
  readonly axes?: number | undefined;
  /** γ, of the shape of those axes. Default 1. */
  readonly scale?: Tensor | null | undefined;
  /** β, of the shape of those axes. Default 0. */
  readonly bias?: Tensor | null | undefined;
  /** Added to the variance, at least 0. Default 1e-5. */
  readonly epsilon?: number | undefined;
  /** Default "auto". */
  readonly backend?: Backend | undefined;
}

/**
 * y = (x - mean) / √(variance + epsilon) · scale + bias, with the mean and variance over the last axes.
 *
 * @param input any shape of rank 1 or more, any view
 * @returns a fresh contiguous tensor of the same shape
 * @throws ShapeError for a scale or bias of the wrong shape, or a negative epsilon
 *
 * @example layerNormalization(tensor([[1, 3], [5, 5]]), { epsilon: 3 }).toArray(); // [[-0.5, 0.5], [0, 0]]
 */
export function layerNormalization(input: Tensor, options: LayerNormalizationOptions = {}): Tensor {
  const op = "layerNormalization";
  knownKeys(op, options, ["axes", "scale", "bias", "epsilon", "backend"]);
  checkTensor(op, "input", input);
  const axes = checkInteger(op, "axes", options.axes ?? 1, 1, input.shape.length);
  const epsilon = checkEpsilon(op, options.epsilon ?? 1e-5);
  const own = input.shape.slice(-axes);
  const [scale, bias] = (["scale", "bias"] as const).map((name) => {
    const given = options[name];
    if (given === undefined || given === null) return null;
    const { shape } = checkTensor(op, name, given);
    if (sameShape(shape, own)) return given;
    throw new ShapeError(`${op}: ${name} has shape ${formatShape(shape)}, needs ${formatShape(own)}`);
  });
  const output = Tensor.zeros(input.shape);
  const kernel = KERNELS[chooseTier(op, options.backend)].layerNormalization(input.shape, sizeOf(own), epsilon);
  run(kernel, [input], output, { scale, bias });
  return output;
}
