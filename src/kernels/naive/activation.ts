/** @file Activations as the papers define them. Float64 in and out: the caller rounds. NaN stays NaN. */
import type { Activation } from "../../geometry/activation.ts";

/**
 * hardSigmoid(x) = min(max(alpha · x + beta, 0), 1)
 *
 * MobileNetV3 (arXiv 1905.02244, section 5.2) and PyTorch: alpha 1/6, beta 1/2. ONNX and WebNN default to alpha 0.2.
 */
export function hardSigmoid(x: number, alpha: number = 1 / 6, beta: number = 1 / 2): number {
  return Math.min(Math.max(alpha * x + beta, 0), 1);
}

export function activate(activation: Activation, x: number): number {
  switch (activation) {
    case "none":
      return x;
    case "relu":
      return Math.max(x, 0);
    case "relu6":
      return Math.min(Math.max(x, 0), 6);
    case "hardSigmoid":
      return hardSigmoid(x);
    case "sigmoid":
      return 1 / (1 + Math.exp(-x));
    case "hardSwish": // x · hardSigmoid(x), with the ends written out; x - x is 0, and for -∞ it is NaN, as -∞ · 0 is
      return x <= -3 ? x - x : x >= 3 ? x : (x * (x + 3)) / 6;
  }
}
