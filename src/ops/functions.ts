/** @file The public functions of single elements, for any shape and any view; results are fresh and contiguous. */
import type { PlainFunction } from "../geometry/elementwise.ts";
import { knownKeys } from "../tensor/errors.ts";
import { checkLevels, type QuantizedType } from "../tensor/quantizedTensor.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type BackendOption, elementwise } from "./activations.ts";

/**
 * |x|
 *
 * @throws ShapeError if x is not a tensor
 *
 * @example abs(tensor([-2, 3])).toArray(); // [2, 3]
 */
export function abs(x: Tensor, options: BackendOption = {}): Tensor {
  return plain("abs", x, options);
}

/**
 * -x
 *
 * @throws ShapeError if x is not a tensor
 *
 * @example neg(tensor([-2, 3])).toArray(); // [2, -3]
 */
export function neg(x: Tensor, options: BackendOption = {}): Tensor {
  return plain("neg", x, options);
}

/**
 * 1 / x
 *
 * @throws ShapeError if x is not a tensor
 *
 * @example reciprocal(tensor([-2, 0.25])).toArray(); // [-0.5, 4]
 */
export function reciprocal(x: Tensor, options: BackendOption = {}): Tensor {
  return plain("reciprocal", x, options);
}

/**
 * √x; NaN below 0.
 *
 * @throws ShapeError if x is not a tensor
 *
 * @example sqrt(tensor([0, 9])).toArray(); // [0, 3]
 */
export function sqrt(x: Tensor, options: BackendOption = {}): Tensor {
  return plain("sqrt", x, options);
}

/**
 * e^x
 *
 * @throws ShapeError if x is not a tensor
 *
 * @example exp(tensor([-Infinity, 0])).toArray(); // [0, 1]
 */
export function exp(x: Tensor, options: BackendOption = {}): Tensor {
  return plain("exp", x, options);
}

/**
 * The natural logarithm; NaN below 0.
 *
 * @throws ShapeError if x is not a tensor
 *
 * @example log(tensor([0, 1])).toArray(); // [-Infinity, 0]
 */
export function log(x: Tensor, options: BackendOption = {}): Tensor {
  return plain("log", x, options);
}

/**
 * The error function, 2/√π ∫₀ˣ e^-t² dt.
 *
 * @throws ShapeError if x is not a tensor
 *
 * @example erf(tensor([-9, 0, 9])).toArray(); // [-1, 0, 1]
 */
export function erf(x: Tensor, options: BackendOption = {}): Tensor {
  return plain("erf", x, options);
}

/**
 * The hyperbolic tangent.
 *
 * @throws ShapeError if x is not a tensor
 *
 * @example tanh(tensor([-Infinity, 0, Infinity])).toArray(); // [-1, 0, 1]
 */
export function tanh(x: Tensor, options: BackendOption = {}): Tensor {
  return plain("tanh", x, options);
}

/**
 * The nearest integer; halves round to the even one.
 *
 * @throws ShapeError if x is not a tensor
 *
 * @example roundEven(tensor([0.5, 1.5, -2.6])).toArray(); // [0, 2, -3]
 */
export function roundEven(x: Tensor, options: BackendOption = {}): Tensor {
  return plain("roundEven", x, options);
}

/**
 * A value rounded to eight-bit levels, in float32: (limit(roundEven(x / scale) + zeroPoint) - zeroPoint) · scale.
 *
 * @param levels `scale`: the step between two levels, a float32 above 0. `zeroPoint`: the level of 0, default 0.
 *   `type`: "int8" (default), levels -128 to 127, or "uint8", 0 to 255. `backend`.
 * @throws ShapeError for a scale that is not above 0, or a zero point that is not a level
 *
 * @example fakeQuantize(tensor([0.3, 0.4, 99]), { scale: 0.25 }).toArray(); // [0.25, 0.5, 31.75]
 */
export function fakeQuantize(
  x: Tensor,
  levels: BackendOption & { readonly scale: number; readonly zeroPoint?: number; readonly type?: QuantizedType },
): Tensor {
  const op = "fakeQuantize";
  knownKeys(op, levels, ["scale", "zeroPoint", "type", "backend"]);
  const { scale, zeroPoint, type = "int8" } = levels;
  return elementwise(x, { op, ...checkLevels(op, "", { scale, zeroPoint, type }) }, levels);
}

function plain(op: PlainFunction, x: Tensor, options: BackendOption): Tensor {
  knownKeys(op, options, ["backend"]);
  return elementwise(x, { op }, options);
}
