/**
 * @file Elementwise operations: one formula per element, four elements at a time.
 *
 * Values begin at multiples of 16 bytes and may be written up to the next one, so the last vector needs no special
 * case. A formula that would round more than once in float32 is computed in float64 and rounded once, as in the naive
 * tier.
 */
import type { Activation } from "../../geometry/activation.ts";
import type { Declare } from "../../wasm/control.ts";
import type { Expr, Local, Statements } from "../../wasm/expression.ts";
import { f32x4, f64x2, i8x16, i32, local, v128 } from "../../wasm/instructions.ts";
import { add } from "../../wasm/integer.ts";
import type { Launch, Operand } from "../contract/kernels.ts";
import { launchFunc } from "./emitter.ts";
import { exp } from "./exp.ts";
import { upTo } from "./loops.ts";
import { vectorsFor } from "./vectors.ts";

/** Changes a vector in its variable. */
type Formula = (v: Local<"v128">, declare: Declare) => Statements;

/** y[i] = f(x[i]) for n elements; a unit is a vector. */
export function unary(n: number, formula: Formula, input: Operand = 0): Launch {
  const func = launchFunc("unary", ["x", "y"], ({ x, y, from, to }, declare) => {
    const v = declare("v128", "v");
    const bytes = i32.shl(from, 4);
    return upTo(from, to, [local.set(v, v128.load(add(x, bytes))), formula(v, declare), v128.store(add(y, bytes), v)]);
  });
  return { func, operands: [input, "output"], units: vectorsFor(n) };
}

/** A formula in float64: it is applied to both halves of the vector, and the result is rounded once. */
function inFloat64(formula: Formula): Formula {
  return (v, declare) => {
    const [low, high] = declare.v128("low", "high");
    return [
      local.set(low, f64x2.promote_low_f32x4(v)),
      local.set(high, promoteHigh(v)),
      formula(low, declare),
      formula(high, declare),
      local.set(v, joined(low, high)),
    ];
  };
}

/** The upper two lanes of a vector as float64; `promote_low_f32x4` gives the lower two. */
export function promoteHigh(v: Expr<"v128">): Expr<"v128"> {
  return f64x2.promote_low_f32x4(i8x16.shuffle(v, v, [2, 3, 2, 3]));
}

/** Two vectors of float64, rounded, as one of float32. */
export function joined(low: Expr<"v128">, high: Expr<"v128">): Expr<"v128"> {
  return i8x16.shuffle(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), [0, 1, 4, 5]);
}

/** min(max(v, minValue), maxValue); NaN stays NaN, and 0 is above -0, as in JavaScript. */
export function clamp(minValue: number, maxValue: number): Formula {
  return (v) => [local.set(v, f32x4.min(f32x4.max(v, f32x4.splat(minValue)), f32x4.splat(maxValue)))];
}

/** min(max(alpha · v + beta, 0), 1) */
export function hardSigmoid(alpha: number, beta: number): Formula {
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
