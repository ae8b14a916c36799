/**
 * @file Derivatives of functions of elements: dx = f'(x) · dy, from f(x + dx) = f(x) + f'(x) · dx.
 *
 * At corners of f the derivative is PyTorch's: 0 for ReLU at 0, for ReLU6 at 0 and 6, and for a clamp outside, not at
 * its limits; 1 for hard-swish at 3.
 */
import type { Activation } from "../../../geometry/activation.ts";
import type { BinaryOp, Elementwise } from "../../../geometry/elementwise.ts";
import { INTEGER_RANGES } from "../../../tensor/quantizedTensor.ts";
import type { Tensor } from "../../../tensor/tensor.ts";
import { erfc } from "../erf.ts";

/** f'(x). At NaN, ReLU and its variants pass the gradient on, as in PyTorch. */
export function slope(f: Elementwise, x: number): number {
  switch (f.op) {
    case "activation":
      return activationSlope(f.activation, x);
    case "clamp":
      return x < f.minValue || x > f.maxValue ? 0 : 1;
    case "hardSigmoid": {
      const y = f.alpha * x + f.beta;
      return y <= 0 || y >= 1 ? 0 : f.alpha;
    }
    case "leakyRelu":
      return x <= 0 ? f.alpha : 1;
    case "elu":
      return x <= 0 ? f.alpha * Math.exp(x) : 1;
    case "gelu":
      return f.approximate === "none" ? geluSlope(x) : nearGeluSlope(x);
    case "abs":
      return Math.sign(x);
    case "neg":
      return -1;
    case "reciprocal":
      return -1 / (x * x);
    case "sqrt":
      return 0.5 / Math.sqrt(x);
    case "exp":
      return Math.exp(x);
    case "log":
      return 1 / x;
    case "erf":
      return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x);
    case "tanh":
      return 1 - Math.tanh(x) ** 2;
    case "roundEven":
      return 0;
    case "fakeQuantize": {
      // As if it did not round, within the range: the straight-through estimator (arXiv 1308.3432).
      const [min, max] = INTEGER_RANGES[f.type];
      const level = x / f.scale + f.zeroPoint;
      return level < min || level > max ? 0 : 1;
    }
  }
}

function activationSlope(activation: Activation, x: number): number {
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

/** Φ(x) + x · φ(x), with the density φ = e^(-x²/2) / √2π */
function geluSlope(x: number): number {
  return erfc(-x / Math.SQRT2) / 2 + (x * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
}

/** s + x · s' with s = 1 / (1 + e^-2u), s' = 2 u' · s · (1 - s), u = √(2/π) · (x + 0.044715 x³) */
function nearGeluSlope(x: number): number {
  const root = Math.sqrt(2 / Math.PI);
  const s = 1 / (1 + Math.exp(-2 * root * (x + 0.044715 * x ** 3)));
  return s + x * 2 * root * (1 + 3 * 0.044715 * x * x) * s * (1 - s);
}

/** dx = ∂(a ∘ b)/∂operand i · dy; where a and b are equal, max and min give each half, as in PyTorch. */
export function binaryGradient(op: BinaryOp, i: 0 | 1, a: Tensor, b: Tensor, dy: Tensor, dx: Tensor): void {
  const [u, v] = [a, b].map((operand) => operand.broadcastTo(dy.shape).toFloat32Array());
  const given = dy.toFloat32Array();
  for (let at = 0; at < dx.size; at++) dx.data[dx.offset + at] = partial(op, i, u[at], v[at]) * given[at];
}

function partial(op: BinaryOp, i: 0 | 1, a: number, b: number): number {
  switch (op) {
    case "add":
      return 1;
    case "sub":
      return i === 0 ? 1 : -1;
    case "mul":
      return i === 0 ? b : a;
    case "div":
      return i === 0 ? 1 / b : -a / (b * b);
    case "max":
      return a === b ? 0.5 : a > b === (i === 0) ? 1 : 0;
    case "min":
      return a === b ? 0.5 : a < b === (i === 0) ? 1 : 0;
  }
}
