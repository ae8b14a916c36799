/**
 * @file The gradients of the activations, four elements at a time: dx = f'(x) · dy. Sigmoid's is left to the naive
 * tier.
 */
import type { Activation } from "../../../geometry/activation.ts";
import type { Expr, Func, Local } from "../../../wasm/expression.ts";
import { f32x4, i32, local, v128 } from "../../../wasm/instructions.ts";
import { add } from "../../../wasm/integer.ts";
import type { EmittedKernel } from "../../contract/kernels.ts";
import { type Emitter, launchFunc } from "../emitter.ts";
import { upTo } from "../loops.ts";
import { vectorsFor } from "../vectors.ts";

/** @param n elements of x, dy and dx */
export function activationGradient(n: number, f: Exclude<Activation, "sigmoid">, emitter: Emitter): EmittedKernel {
  const func = emitter.func(slopeFunction, f);
  return {
    kind: "emitted",
    launches: [{ func, operands: [0, 1, "output"], units: vectorsFor(n) }],
  };
}

function slopeFunction(f: Exclude<Activation, "sigmoid">): Func {
  return launchFunc("slope", ["x", "dy", "dx"], ({ x, dy, dx, from, to }, declare) => {
    const [v, slope] = declare.v128("v", "slope");
    const bytes = i32.shl(from, 4);
    return upTo(from, to, [
      local.set(v, v128.load(add(x, bytes))),
      local.set(slope, v128.load(add(dy, bytes))),
      v128.store(add(dx, bytes), times(f, v, slope)),
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
