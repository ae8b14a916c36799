/**
 * @file The gradients of the activations, four elements at a time: dx = f'(x) · dy. Sigmoid's is left to the naive
 * tier.
 */
import type { Activation } from "../../geometry/activation.ts";
import { upTo, vectorsFor } from "../../kernels/simd/emit.ts";
import { type EmittedKernel, type Emitter, NO_CONSTANTS } from "../../kernels/simd/kernel.ts";
import { func } from "../../wasm/control.ts";
import type { Expr, Func, Local } from "../../wasm/expression.ts";
import { f32x4, i32, local, v128 } from "../../wasm/instructions.ts";

/** @param n elements of x, dy and dx */
export function activationGradient(n: number, f: Exclude<Activation, "sigmoid">, emitter: Emitter): EmittedKernel {
  const entry = emitter.func("slope", f, slopeFunction);
  const launch = { func: entry, operands: [0, 1, "output"] as const, units: vectorsFor(n) };
  return { launches: [launch], constants: NO_CONSTANTS, scratchBytes: 0 };
}

function slopeFunction(f: Exclude<Activation, "sigmoid">): Func {
  const params = { x: "i32", dy: "i32", dx: "i32", from: "i32", to: "i32" } as const;
  return func("slope", params, ({ x, dy, dx, from, to }, declare) => {
    const [v, slope] = [declare("v128", "v"), declare("v128", "dy0")];
    const bytes = i32.shl(from, 4);
    return upTo(from, to, [
      local.set(v, v128.load(i32.add(x, bytes))),
      local.set(slope, v128.load(i32.add(dy, bytes))),
      v128.store(i32.add(dx, bytes), times(f, v, slope)),
    ]);
  });
}

function times(f: Exclude<Activation, "sigmoid">, v: Local<"v128">, dy: Local<"v128">): Expr<"v128"> {
  const c = f32x4.splat;
  const below = (limit: number) => f32x4.le(v, c(limit));
  const above = (limit: number) => f32x4.ge(v, c(limit));
  switch (f) {
    case "none":
      return dy;
    case "relu":
      return v128.bitselect(c(0), dy, below(0));
    case "relu6":
      return v128.bitselect(c(0), v128.bitselect(c(0), dy, above(6)), below(0));
    case "hardSigmoid":
      return v128.bitselect(c(0), v128.bitselect(c(0), f32x4.div(dy, c(6)), above(3)), below(-3));
    case "hardSwish": {
      const middle = f32x4.mul(dy, f32x4.div(f32x4.add(f32x4.add(v, v), c(3)), c(6)));
      return v128.bitselect(c(0), v128.bitselect(dy, middle, above(3)), below(-3));
    }
  }
}
