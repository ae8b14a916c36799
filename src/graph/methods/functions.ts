/** @file Methods of a graph builder: functions of one element. */
import type { Activation } from "../../geometry/activation.ts";
import type {
  AlphaSpec,
  ClampSpec,
  FakeQuantizeSpec,
  GeluSpec,
  HardSigmoidSpec,
  Named,
  QuantizeSpec,
} from "../specs.ts";
import type { Value } from "./value.ts";

/** Functions of one element. */
export interface FunctionMethods {
  /**
   * One of {@link ACTIVATIONS}, element by element. After a convolution or dense layer, a session fuses it.
   *
   * @param x of any shape
   * @throws ShapeError for an unknown activation
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 8, 4]);
   * g.activation(g.input, "hardSwish", { name: "swish" }); // "swish"
   */
  activation(x: Value, activation: Activation, spec?: Named): Value;
  /**
   * min(max(x, minValue), maxValue)
   *
   * @param spec `minValue`, `maxValue`: default -∞ and ∞, no limit. `name`
   * @throws ShapeError if minValue is above maxValue
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 8, 4]);
   * g.clamp(g.input, { name: "limited", minValue: -1, maxValue: 1 }); // "limited"
   */
  clamp(x: Value, spec?: ClampSpec): Value;
  /**
   * min(max(alpha · x + beta, 0), 1)
   *
   * @param spec `alpha`: default 1/6, as in MobileNetV3 and PyTorch (ONNX and WebNN: 0.2). `beta`: default 1/2. `name`
   * @throws ShapeError unless both are finite
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 8, 4]);
   * g.hardSigmoid(g.input, { name: "gate", alpha: 0.2 }); // "gate"
   */
  hardSigmoid(x: Value, spec?: HardSigmoidSpec): Value;
  /**
   * x; below 0, alpha · x
   *
   * @param spec `alpha`: default 0.01. `name`
   * @throws ShapeError for an option of another type
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 8, 4]);
   * g.leakyRelu(g.input, { name: "leakyRelu", alpha: 0.1 }); // "leakyRelu"
   */
  leakyRelu(x: Value, spec?: AlphaSpec): Value;
  /**
   * x; below 0, alpha · (e^x - 1)
   *
   * @param spec `alpha`: default 1. `name`
   * @throws ShapeError for an option of another type
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 8, 4]);
   * g.elu(g.input, { name: "elu" }); // "elu"
   */
  elu(x: Value, spec?: AlphaSpec): Value;
  /**
   * x · Φ(x), where Φ is the normal distribution function: ½ (1 + erf(x / √2)).
   *
   * @param spec `approximate`: "none" (default), or "tanh" for ½ (1 + tanh(√(2/π) (x + 0.044715 x³))). `name`
   * @throws ShapeError for an option of another type
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 8, 4]);
   * g.gelu(g.input, { name: "gelu", approximate: "tanh" }); // "gelu"
   */
  gelu(x: Value, spec?: GeluSpec): Value;
  /**
   * |x|
   *
   * @throws ShapeError if there is no such value
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 8, 4]);
   * g.abs(g.input, { name: "abs" }); // "abs"
   */
  abs(x: Value, spec?: Named): Value;
  /**
   * -x
   *
   * @throws ShapeError if there is no such value
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 8, 4]);
   * g.neg(g.input, { name: "neg" }); // "neg"
   */
  neg(x: Value, spec?: Named): Value;
  /**
   * 1 / x
   *
   * @throws ShapeError if there is no such value
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 8, 4]);
   * g.reciprocal(g.input, { name: "reciprocal" }); // "reciprocal"
   */
  reciprocal(x: Value, spec?: Named): Value;
  /**
   * √x; NaN below 0.
   *
   * @throws ShapeError if there is no such value
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 8, 4]);
   * g.sqrt(g.input, { name: "sqrt" }); // "sqrt"
   */
  sqrt(x: Value, spec?: Named): Value;
  /**
   * e^x
   *
   * @throws ShapeError if there is no such value
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 8, 4]);
   * g.exp(g.input, { name: "exp" }); // "exp"
   */
  exp(x: Value, spec?: Named): Value;
  /**
   * The natural logarithm; NaN below 0.
   *
   * @throws ShapeError if there is no such value
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 8, 4]);
   * g.log(g.input, { name: "log" }); // "log"
   */
  log(x: Value, spec?: Named): Value;
  /**
   * The error function, 2/√π ∫₀ˣ e^-t² dt.
   *
   * @throws ShapeError if there is no such value
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 8, 4]);
   * g.erf(g.input, { name: "erf" }); // "erf"
   */
  erf(x: Value, spec?: Named): Value;
  /**
   * The hyperbolic tangent.
   *
   * @throws ShapeError if there is no such value
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 8, 4]);
   * g.tanh(g.input, { name: "tanh" }); // "tanh"
   */
  tanh(x: Value, spec?: Named): Value;
  /**
   * The nearest integer; halves round to even.
   *
   * @throws ShapeError if there is no such value
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 8, 4]);
   * g.roundEven(g.input, { name: "roundEven" }); // "roundEven"
   */
  roundEven(x: Value, spec?: Named): Value;
  /**
   * A value rounded to eight-bit levels, in float32: (limit(roundEven(x / scale) + zeroPoint) - zeroPoint) · scale.
   *
   * @param spec `scale`: the step between two levels, a float32 above 0. `zeroPoint`: the level of 0, default 0.
   *   `type`: "int8" (default), levels -128 to 127, or "uint8", 0 to 255. `name`
   * @throws ShapeError for a scale that is not above 0, or a zero point that is not a level
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 8, 4]);
   * g.fakeQuantize(g.input, { name: "levels", scale: 0.05, zeroPoint: -3 }); // "levels"
   */
  fakeQuantize(x: Value, spec: FakeQuantizeSpec): Value;
  /**
   * Converts real numbers to eight-bit integers, or integers to other levels.
   *
   * @param spec `type`: "int8" or "uint8". `scale`: above 0. `zeroPoint`: the integer that represents 0, default 0.
   *   `rule`: how real numbers are rounded, default the session's. `offset`: the part of the zero point that is added
   *   before rounding, default 0. `name`
   * @returns an integer value: limit(round(x / scale) + zeroPoint), rounded by the session's rule
   * @throws ShapeError for invalid levels
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 8, 4]);
   * const q = g.quantize(g.input, { type: "int8", scale: 0.05, zeroPoint: -3 });
   * g.levelsOf(q)?.type; // "int8"
   */
  quantize(x: Value, spec: QuantizeSpec): Value;
  /**
   * The real numbers that integers represent: (q - zeroPoint) · scale.
   *
   * @throws ShapeError if x is real already
   *
   * @example
   * const g = graphBuilder("own", [1, 8, 8, 4]);
   * g.levelsOf(g.dequantize(g.quantize(g.input, { type: "int8", scale: 0.05 }))); // null
   */
  dequantize(x: Value, spec?: Named): Value;
}
