/**
 * @file Functions of one element or two, as data. Each tier writes the formulas itself, so that they can check one
 * another.
 *
 *   clamp      min(max(x, minValue), maxValue)        hardSigmoid  min(max(alpha · x + beta, 0), 1)
 *   leakyRelu  x, or alpha · x below 0                elu          x, or alpha · (e^x - 1) below 0
 *   gelu       x · Φ(x), Φ of the normal distribution: ½ (1 + erf(x / √2)), or approximately
 *              ½ (1 + tanh(√(2/π) (x + 0.044715 x³)))
 *
 *   fakeQuantize  (limit(roundEven(x / scale) + zeroPoint) - zeroPoint) · scale: x as eight bits can represent it
 *
 * All of them propagate NaN.
 */
import type { QuantizedType } from "../tensor/quantizedTensor.ts";
import type { Activation } from "./activation.ts";

/** A function of one element. */
export type Elementwise =
  | { readonly op: "activation"; readonly activation: Activation }
  | { readonly op: "clamp"; readonly minValue: number; readonly maxValue: number }
  | { readonly op: "hardSigmoid"; readonly alpha: number; readonly beta: number }
  | { readonly op: "leakyRelu" | "elu"; readonly alpha: number }
  | { readonly op: "gelu"; readonly approximate: GeluForm }
  | { readonly op: "fakeQuantize"; readonly scale: number; readonly zeroPoint: number; readonly type: QuantizedType }
  | { readonly op: PlainFunction };

/** Functions of one element without parameters. */
export const PLAIN_FUNCTIONS = ["abs", "neg", "reciprocal", "sqrt", "exp", "log", "erf", "tanh", "roundEven"] as const;
/** The name of a function of one element without parameters. */
export type PlainFunction = (typeof PLAIN_FUNCTIONS)[number];

export const GELU_FORMS = ["none", "tanh"] as const;
/** How `gelu` computes the normal distribution: exactly ("none"), or with a hyperbolic tangent ("tanh"). */
export type GeluForm = (typeof GELU_FORMS)[number];

/** Functions of two elements. */
export const BINARY_OPS = ["add", "sub", "mul", "div", "max", "min"] as const;
/** The name of a function of two elements. */
export type BinaryOp = (typeof BINARY_OPS)[number];
