/**
 * @file The formulas of the elementwise functions.
 *
 * One that would round more than once in float32 is computed in float64 and rounded once, as in the naive tier.
 */
import type { Activation } from "../../geometry/activation.ts";
import type { Elementwise } from "../../geometry/elementwise.ts";
import { INTEGER_RANGES } from "../../tensor/quantizedTensor.ts";
import type { Expr } from "../../wasm/expression.ts";
import { f32x4, f64x2, local, v128 } from "../../wasm/instructions.ts";
import { type Formula, inFloat64 } from "./elementwise.ts";
import { erfc } from "./erf.ts";
import { exp, expm1 } from "./exp.ts";

/** min(max(v, minValue), maxValue); NaN stays NaN, and 0 is above -0, as in JavaScript. */
function clamp(minValue: number, maxValue: number): Formula {
  return (v) => [local.set(v, f32x4.min(f32x4.max(v, f32x4.splat(minValue)), f32x4.splat(maxValue)))];
}

/** min(max(alpha · v + beta, 0), 1) */
function hardSigmoid(alpha: number, beta: number): Formula {
  const c = f64x2.splat;
  return inFloat64((v) => [local.set(v, f64x2.min(f64x2.max(f64x2.add(f64x2.mul(v, c(alpha)), c(beta)), c(0)), c(1)))]);
}

/** 1 / (1 + e^-v) */
const sigmoid: Formula = inFloat64((v, declare) => [
  local.set(v, f64x2.sub(f64x2.splat(-0), v)),
  exp(v, declare("v128", "k"), declare("v128", "r")),
  local.set(v, f64x2.div(f64x2.splat(1), f64x2.add(f64x2.splat(1), v))),
]);

/** v · (v + 3) / 6 between -3 and 3, v - v below (0, and NaN for -∞, as -∞ · 0 is), v above */
const hardSwish: Formula = inFloat64((v) => {
  const c = f64x2.splat;
  const middle = f64x2.div(f64x2.mul(v, f64x2.add(v, c(3))), c(6));
  return [
    local.set(v, v128.bitselect(f64x2.sub(v, v), v128.bitselect(v, middle, f64x2.ge(v, c(3))), f64x2.le(v, c(-3)))),
  ];
});

/** v; below 0, alpha · v */
function leakyRelu(alpha: number): Formula {
  return (v) => {
    const below = f32x4.mul(v, f32x4.splat(alpha));
    return [local.set(v, v128.bitselect(v, below, f32x4.ge(v, f32x4.splat(0))))];
  };
}

/** v; below 0, alpha · (e^v - 1) */
function elu(alpha: number): Formula {
  return inFloat64((v, declare) => {
    const [below, k, r] = declare.v128("below", "k", "r");
    return [
      local.set(below, v),
      expm1(below, k, r),
      local.set(v, v128.bitselect(v, f64x2.mul(below, f64x2.splat(alpha)), f64x2.ge(v, f64x2.splat(0)))),
    ];
  });
}

/** (e^2v - 1) / (e^2v + 1) */
const tanh: Formula = inFloat64((v, declare) => [
  local.set(v, f64x2.add(v, v)),
  expm1(v, declare("v128", "k"), declare("v128", "r")),
  local.set(v, f64x2.div(v, f64x2.add(v, f64x2.splat(2)))),
]);

const exponential: Formula = inFloat64((v, declare) => exp(v, declare("v128", "k"), declare("v128", "r")));

/** v/2 · erfc(-v/√2) */
const gelu: Formula = inFloat64((v, declare) => {
  const tail = declare("v128", "tail");
  return [
    local.set(tail, f64x2.mul(v, f64x2.splat(-Math.SQRT1_2))),
    erfc(tail, declare),
    local.set(v, f64x2.mul(f64x2.mul(v, f64x2.splat(0.5)), tail)),
  ];
});

/** v / (1 + e^-2u), u = √(2/π) · (v + 0.044715 v³) */
const nearGelu: Formula = inFloat64((v, declare) => {
  const [e, k, r] = declare.v128("e", "k", "r");
  const c = f64x2.splat;
  const cube = f64x2.mul(c(0.044715), f64x2.mul(f64x2.mul(v, v), v));
  return [
    local.set(e, f64x2.mul(c(-2 * Math.sqrt(2 / Math.PI)), f64x2.add(v, cube))),
    exp(e, k, r),
    // Far below 0 the result is 0, and NaN for -∞: v - v.
    local.set(v, v128.bitselect(f64x2.sub(v, v), f64x2.div(v, f64x2.add(c(1), e)), f64x2.le(v, c(-40)))),
  ];
});

/** 1 - erfc(v); near 0, where that would cancel, v · 2/√π · (1 - v²/3 + v⁴/10 - v⁶/42 + v⁸/216) */
const erf: Formula = inFloat64((v, declare) => {
  const [near, square] = declare.v128("near", "square");
  const c = f64x2.splat;
  const series = [1 / 216, -1 / 42, 1 / 10, -1 / 3, 1].map((one) => (one * 2) / Math.sqrt(Math.PI));
  const isNear = f64x2.le(square, c(0.01));
  return [
    local.set(square, f64x2.mul(v, v)),
    local.set(
      near,
      f64x2.mul(
        series.slice(1).reduce<Expr<"v128">>((sum, one) => f64x2.add(f64x2.mul(sum, square), c(one)), c(series[0])),
        v,
      ),
    ),
    erfc(v, declare),
    local.set(v, v128.bitselect(near, f64x2.sub(c(1), v), isNear)),
  ];
});

/** (limit(roundEven(v / scale) + zeroPoint) - zeroPoint) · scale, with the zero point moved to the limits. */
function fakeQuantize(scale: number, zeroPoint: number, [min, max]: readonly [number, number]): Formula {
  const c = f32x4.splat;
  return (v) => {
    const level = f32x4.nearest(f32x4.div(v, c(scale)));
    return [local.set(v, f32x4.mul(f32x4.min(f32x4.max(level, c(min - zeroPoint)), c(max - zeroPoint)), c(scale)))];
  };
}

/** The formula of a function; null for one that is left to the naive tier. */
export function formulaOf(f: Elementwise): Formula | null {
  switch (f.op) {
    case "activation":
      return activation(f.activation);
    case "clamp":
      return clamp(f.minValue, f.maxValue);
    case "hardSigmoid":
      return hardSigmoid(f.alpha, f.beta);
    case "leakyRelu":
      return leakyRelu(f.alpha);
    case "elu":
      return elu(f.alpha);
    case "gelu":
      return f.approximate === "none" ? gelu : nearGelu;
    case "abs":
      return (v) => [local.set(v, f32x4.max(v, f32x4.sub(f32x4.splat(-0), v)))];
    case "neg":
      return (v) => [local.set(v, f32x4.sub(f32x4.splat(-0), v))];
    case "reciprocal":
      return (v) => [local.set(v, f32x4.div(f32x4.splat(1), v))];
    case "sqrt":
      return (v) => [local.set(v, f32x4.sqrt(v))];
    case "exp":
      return exponential;
    case "log":
      return null;
    case "erf":
      return erf;
    case "tanh":
      return tanh;
    case "roundEven":
      return (v) => [local.set(v, f32x4.nearest(v))];
    case "fakeQuantize":
      return fakeQuantize(f.scale, f.zeroPoint, INTEGER_RANGES[f.type]);
  }
}

export function activation(name: Activation): Formula {
  switch (name) {
    case "none":
      return () => [];
    case "relu":
      return clamp(0, Number.POSITIVE_INFINITY);
    case "relu6":
      return clamp(0, 6);
    case "hardSigmoid":
      return hardSigmoid(1 / 6, 1 / 2);
    case "hardSwish":
      return hardSwish;
    case "sigmoid":
      return sigmoid;
  }
}
