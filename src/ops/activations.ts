/** @file The public activations and softmax, for any shape and any view; results are fresh and contiguous. */
import type { Activation } from "../geometry/activation.ts";
import { type Elementwise, GELU_FORMS, type GeluForm } from "../geometry/elementwise.ts";
import { KERNELS } from "../kernels/alone.ts";
import { type Backend, chooseTier } from "../kernels/tiers.ts";
import { checkFinite, knownKeys, oneOf, show } from "../tensor/errors.ts";
import { checkAxis } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { checkTensor, checkVector, run } from "./operands.ts";

/** Options of operations that only choose a tier. */
export interface BackendOption {
  /** Tier that computes. Default "auto", the fastest. */
  readonly backend?: Backend | undefined;
}

/**
 * max(x, 0). NaN stays NaN.
 *
 * @throws ShapeError if x is not a tensor
 *
 * @example relu(tensor([-1, 0, 7])).toArray(); // [0, 0, 7]
 */
export function relu(x: Tensor, options: BackendOption = {}): Tensor {
  return activation("relu", x, options);
}

/**
 * min(max(x, 0), 6). NaN stays NaN.
 *
 * @throws ShapeError if x is not a tensor
 *
 * @example relu6(tensor([-1, 0, 7])).toArray(); // [0, 0, 6]
 */
export function relu6(x: Tensor, options: BackendOption = {}): Tensor {
  return activation("relu6", x, options);
}

/**
 * 1 / (1 + e^-x).
 *
 * @throws ShapeError if x is not a tensor
 *
 * @example sigmoid(tensor([0])).toArray(); // [0.5]
 */
export function sigmoid(x: Tensor, options: BackendOption = {}): Tensor {
  return activation("sigmoid", x, options);
}

/**
 * x · min(max(x / 6 + ½, 0), 1), from MobileNetV3. By this formula, -∞ yields NaN.
 *
 * @throws ShapeError if x is not a tensor
 *
 * @example hardSwish(tensor([-3, 0, 3])).toArray(); // [0, 0, 3]
 */
export function hardSwish(x: Tensor, options: BackendOption = {}): Tensor {
  return activation("hardSwish", x, options);
}

/**
 * min(max(alpha · x + beta, 0), 1)
 *
 * @param options `alpha`: default 1/6 as in MobileNetV3 and PyTorch (ONNX and WebNN: 0.2). `beta`: default 1/2.
 * @throws ShapeError if x is not a tensor or alpha or beta is not a finite number
 *
 * @example hardSigmoid(tensor([-3, 0, 3])).toArray(); // [0, 0.5, 1]
 */
export function hardSigmoid(
  x: Tensor,
  options: BackendOption & { readonly alpha?: number; readonly beta?: number } = {},
): Tensor {
  const op = "hardSigmoid";
  knownKeys(op, options, ["alpha", "beta", "backend"]);
  const { alpha = 1 / 6, beta = 1 / 2 } = options;
  for (const [name, value] of Object.entries({ alpha, beta })) checkFinite(op, name, value);
  return elementwise(x, { op, alpha, beta }, options);
}

/**
 * min(max(x, minValue), maxValue)
 *
 * @param options defaults -∞ and ∞: no limit
 * @throws RangeError if minValue is above maxValue or either is NaN; ShapeError if x is not a tensor
 *
 * @example clamp(tensor([-3, 0.5, 9]), { minValue: -1, maxValue: 1 }).toArray(); // [-1, 0.5, 1]
 */
export function clamp(
  x: Tensor,
  options: BackendOption & { readonly minValue?: number; readonly maxValue?: number } = {},
): Tensor {
  const op = "clamp";
  knownKeys(op, options, ["minValue", "maxValue", "backend"]);
  const { minValue = Number.NEGATIVE_INFINITY, maxValue = Number.POSITIVE_INFINITY } = options;
  if (!(minValue <= maxValue)) {
    throw new RangeError(`${op}: minValue is ${show(minValue)}, needs a number of at most maxValue ${show(maxValue)}`);
  }
  return elementwise(x, { op, minValue, maxValue }, options);
}

/**
 * x, or alpha · x below 0.
 *
 * @param options `alpha`: default 0.01
 * @throws ShapeError if x is not a tensor or alpha is not a finite number
 *
 * @example leakyRelu(tensor([-2, 0, 3]), { alpha: 0.5 }).toArray(); // [-1, 0, 3]
 */
export function leakyRelu(x: Tensor, options: BackendOption & { readonly alpha?: number } = {}): Tensor {
  return withAlpha("leakyRelu", x, options, 0.01);
}

/**
 * x, or slope · x below 0, with a slope for each channel.
 *
 * @param x     […, c]
 * @param slope [c]
 * @throws ShapeError for a slope of the wrong length
 *
 * @example prelu(tensor([[-2, -2], [3, 3]]), tensor([0.5, 10])).toArray(); // [[-1, -20], [3, 3]]
 */
export function prelu(x: Tensor, slope: Tensor, options: BackendOption = {}): Tensor {
  const op = "prelu";
  knownKeys(op, options, ["backend"]);
  const { shape } = checkTensor(op, "x", x);
  checkAxis(op, -1, shape.length);
  const own = checkVector(op, "slope", checkTensor(op, "slope", slope), shape[shape.length - 1]);
  const output = Tensor.zeros(shape);
  run(KERNELS[chooseTier(op, options.backend)].prelu(shape), [x], output, { slope: own });
  return output;
}

/**
 * x, or alpha · (e^x - 1) below 0.
 *
 * @param options `alpha`: default 1
 * @throws ShapeError if x is not a tensor or alpha is not a finite number
 *
 * @example elu(tensor([-Infinity, 0, 3])).toArray(); // [-1, 0, 3]
 */
export function elu(x: Tensor, options: BackendOption & { readonly alpha?: number } = {}): Tensor {
  return withAlpha("elu", x, options, 1);
}

function withAlpha(
  op: "leakyRelu" | "elu",
  x: Tensor,
  options: BackendOption & { readonly alpha?: number },
  byDefault: number,
): Tensor {
  knownKeys(op, options, ["alpha", "backend"]);
  const { alpha = byDefault } = options;
  return elementwise(x, { op, alpha: Math.fround(checkFinite(op, "alpha", alpha)) }, options);
}

/**
 * x · Φ(x), Φ the normal distribution: ½ (1 + erf(x / √2)).
 *
 * @param options `approximate`: "none" (default), or "tanh" for ½ (1 + tanh(√(2/π) (x + 0.044715 x³)))
 * @throws ShapeError if x is not a tensor
 *
 * @example gelu(tensor([-100, 0, 100])).toArray(); // [-0, 0, 100]
 */
export function gelu(x: Tensor, options: BackendOption & { readonly approximate?: GeluForm } = {}): Tensor {
  knownKeys("gelu", options, ["approximate", "backend"]);
  const { approximate: given = "none" } = options;
  const approximate = oneOf("gelu", "approximate", given, GELU_FORMS);
  return elementwise(x, { op: "gelu", approximate }, options);
}

/**
 * e^x[i] / Σⱼ e^x[j] along one axis, so that each line adds up to 1.
 *
 * @param axis default the last; negative counts from the end
 * @throws ShapeError if there is no such axis
 *
 * @example softmax(tensor([[2, 2], [0, -Infinity]])).toArray(); // [[0.5, 0.5], [1, 0]]
 */
export function softmax(x: Tensor, axis: number = -1, options: BackendOption = {}): Tensor {
  const op = "softmax";
  knownKeys(op, options, ["backend"]);
  checkTensor(op, "x", x);
  const along = checkAxis(op, axis, x.shape.length);
  const output = Tensor.zeros(x.shape);
  const last = x.shape.length - 1;
  const swap = x.shape.map((_, a) => (a === along ? last : a === last ? along : a));
  const turned = x.transpose(swap);
  run(KERNELS[chooseTier(op, options.backend)].softmax(turned.shape), [turned], output.transpose(swap));
  return output;
}

function activation(name: Activation, x: Tensor, options: BackendOption): Tensor {
  knownKeys(name, options, ["backend"]);
  return elementwise(x, { op: "activation", activation: name }, options, name);
}

/** @param op the name in messages */
export function elementwise(x: Tensor, f: Elementwise, options: BackendOption, op: string = f.op): Tensor {
  checkTensor(op, "x", x);
  const output = Tensor.zeros(x.shape);
  run(KERNELS[chooseTier(op, options.backend)].elementwise(x.shape, f), [x], output);
  return output;
}
