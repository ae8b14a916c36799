/**
 * @file Elementwise operations: one formula per element, four elements at a time.
 *
 * Values start at multiples of 16 bytes and may be written up to the next multiple, so the last vector needs no special
 * case.
 */
import type { Declare } from "../../wasm/control.ts";
import type { Expr, Local, Statements } from "../../wasm/expression.ts";
import { f32x4, f64x2, i8x16, i32, local, v128 } from "../../wasm/instructions.ts";
import { add } from "../../wasm/integer.ts";
import type { Launch, Operand } from "../contract/kernels.ts";
import { launchFunc } from "./emitter.ts";
import { upTo } from "./loops.ts";
import { vectorsFor } from "./vectors.ts";

/** Changes a vector in place, in its variable. */
export type Formula = (v: Local<"v128">, declare: Declare) => Statements;

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
export function inFloat64(formula: Formula): Formula {
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

/** The upper two lanes of a vector as float64; `promote_low_f32x4` returns the lower two. */
export function promoteHigh(v: Expr<"v128">): Expr<"v128"> {
  return f64x2.promote_low_f32x4(i8x16.shuffle(v, v, [2, 3, 2, 3]));
}

/** Two vectors of float64, rounded, as one of float32. */
export function joined(low: Expr<"v128">, high: Expr<"v128">): Expr<"v128"> {
  return i8x16.shuffle(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), [0, 1, 4, 5]);
}
