/** @file Functions of elements as formulas. Float64 in and out: the caller rounds. NaN stays NaN. */
import type { BinaryOp, Elementwise } from "../../geometry/elementwise.ts";
import { roundHalfEven } from "../../geometry/rounding.ts";
import { INTEGER_RANGES } from "../../tensor/quantizedTensor.ts";
import { activate, hardSigmoid } from "./activation.ts";
import { erf, erfc } from "./erf.ts";

/** f(x) */
export function functionOf(f: Elementwise): (x: number) => number {
  switch (f.op) {
    case "activation":
      return (x) => activate(f.activation, x);
    case "clamp":
      return (x) => Math.min(Math.max(x, f.minValue), f.maxValue);
    case "hardSigmoid":
      return (x) => hardSigmoid(x, f.alpha, f.beta);
    case "leakyRelu":
      return (x) => (x >= 0 ? x : f.alpha * x);
    case "elu":
      return (x) => (x >= 0 ? x : f.alpha * Math.expm1(x));
    case "gelu":
      return f.approximate === "none" ? (x) => (x / 2) * erfc(-x / Math.SQRT2) : nearGelu;
    case "abs":
      return Math.abs;
    case "neg":
      return (x) => -x;
    case "reciprocal":
      return (x) => 1 / x;
    case "sqrt":
      return Math.sqrt;
    case "exp":
      return Math.exp;
    case "log":
      return Math.log;
    case "erf":
      return (x) => erf(x);
    case "tanh":
      return Math.tanh;
    case "roundEven":
      return roundHalfEven;
    case "fakeQuantize": {
      const { scale, zeroPoint, type } = f;
      const [min, max] = INTEGER_RANGES[type];
      // The quotient is rounded to float32 before it is rounded to an integer, as runtimes do.
      return (x) => (limited(roundHalfEven(Math.fround(x / scale)) + zeroPoint, min, max) - zeroPoint) * scale;
    }
  }
}

function limited(x: number, min: number, max: number): number {
  return Math.min(Math.max(x, min), max);
}

/** x/2 · (1 + tanh(u)) = x / (1 + e^-2u), u = √(2/π) · (x + 0.044715 x³) */
function nearGelu(x: number): number {
  return x / (1 + Math.exp(-2 * Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
}

/** f(a, b) */
export function functionOfTwo(op: BinaryOp): (a: number, b: number) => number {
  switch (op) {
    case "add":
      return (a, b) => a + b;
    case "sub":
      return (a, b) => a - b;
    case "mul":
      return (a, b) => a * b;
    case "div":
      return (a, b) => a / b;
    case "max":
      return Math.max;
    case "min":
      return Math.min;
  }
}
