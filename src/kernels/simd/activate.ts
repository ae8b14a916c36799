/** @file Activations that a kernel applies to its sums while they are in registers. */
import type { Activation } from "../../geometry/activation.ts";
import type { Local, Statements } from "../../wasm/expression.ts";
import { f32x4, local, v128 } from "../../wasm/instructions.ts";

/** All but the sigmoid, which is too long and has a separate launch. */
export type FusedActivation = Exclude<Activation, "sigmoid">;

/**
 * v = f(v), lane by lane, rounding after each step. NaN stays NaN.
 *
 * `pmax(v, 0)` is v < 0 ? 0 : v, one machine instruction that keeps NaN. It would keep -0 too, but a sum that starts
 * with +0 is never -0.
 */
export function activate(f: FusedActivation, v: Local<"v128">): Statements {
  const zero = f32x4.splat(0);
  const six = f32x4.splat(6);
  switch (f) {
    case "none":
      return [];
    case "relu":
      return [local.set(v, f32x4.pmax(v, zero))];
    case "relu6":
      return [local.set(v, f32x4.pmin(f32x4.pmax(v, zero), six))];
    case "hardSigmoid": // (v + 3) / 6, limited to 0 and 1
      return [local.set(v, f32x4.div(f32x4.pmin(f32x4.pmax(f32x4.add(v, f32x4.splat(3)), zero), six), six))];
    case "hardSwish": {
      // v · (v + 3) / 6 between -3 and 3, v - v below (0, and NaN for -∞, as -∞ · 0 is), v above
      const middle = f32x4.div(f32x4.mul(v, f32x4.add(v, f32x4.splat(3))), six);
      const below = f32x4.le(v, f32x4.splat(-3));
      const above = f32x4.ge(v, f32x4.splat(3));
      return [local.set(v, v128.bitselect(f32x4.sub(v, v), v128.bitselect(v, middle, above), below))];
    }
  }
}
