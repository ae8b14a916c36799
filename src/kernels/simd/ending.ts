/** @file What becomes of the accumulators of a tile when the last k is done. */
import type { Expr, Local, Statements } from "../../wasm/expression.ts";
import { f32x4, local, v128 } from "../../wasm/instructions.ts";
import { VECTOR_BYTES } from "../../wasm/sizes.ts";
import { activate, type FusedActivation } from "./activate.ts";
import { storeLanes } from "./vectors.ts";

export interface Ending {
  /** A comment in the emitted text. */
  readonly note: string;
  /** Whether a bias is added, which makes a sum of -0 the 0 that it would be had it begun with 0. */
  readonly addsBias: boolean;
  /** Finishes vector v of a row in its register. `pw` points at what follows the last k in w: the bias. */
  finish(acc: Local<"v128">, v: number, pw: Local<"i32">): Statements;
  store(y: Local<"i32">, acc: Expr<"v128">, lanes: number, offset: number): Statements;
}

/** Left in y, for a later slice of k to resume. */
export const parked: Ending = {
  note: "y = acc, for the next k",
  addsBias: false,
  finish: () => [],
  store: storeLanes,
};

/** y = f(acc + b) */
export function finished(f: FusedActivation): Ending {
  return {
    note: `y = f(acc + b), f = ${f}`,
    addsBias: true,
    finish: (acc, v, pw) => [local.set(acc, f32x4.add(acc, v128.load(pw, v * VECTOR_BYTES))), activate(f, acc)],
    store: storeLanes,
  };
}
