/**
 * @file Derivatives of the activations: dx = f'(x) · dy, from f(x + dx) = f(x) + f'(x) · dx.
 *
 * At corners of f the derivative is PyTorch's: 0 for ReLU at 0 and for ReLU6 at 0 and 6, 1 for hard-swish at 3.
 */
import type { Activation } from "../../../geometry/activation.ts";

/** f'(x). At NaN, ReLU and its variants pass the gradient on, as in PyTorch. */
export function slope(activation: Activation, x: number): number {
  switch (activation) {
    case "none":
      return 1;
    case "relu":
      return x <= 0 ? 0 : 1;
    case "relu6":
      return x <= 0 || x >= 6 ? 0 : 1;
    case "hardSigmoid":
      return x <= -3 || x >= 3 ? 0 : 1 / 6;
    case "sigmoid": {
      const y = 1 / (1 + Math.exp(-x)); // y' = y · (1 - y)
      return y * (1 - y);
    }
    case "hardSwish": // of x · (x + 3) / 6
      return x <= -3 ? 0 : x >= 3 ? 1 : (2 * x + 3) / 6;
  }
}
