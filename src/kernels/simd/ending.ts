/** @file What happens to the accumulators of a tile after the last k. */
import type { Local, Statements } from "../../wasm/expression.ts";
import { f32x4, local, v128 } from "../../wasm/instructions.ts";
import { LANES, VECTOR_BYTES } from "../../wasm/sizes.ts";
import { activate, type FusedActivation } from "./activate.ts";
import { storeLanes } from "./vectors.ts";

export interface Ending {
  /** A comment in the emitted text. */
  readonly note: string;
  /** Whether a bias is added, which turns a sum of -0 into the 0 of a sum that starts at 0. */
  readonly addsBias: boolean;
  /**
   * Bytes from one vector of biases to the next, if accumulators start with them: for integers, the order of summation
   * does not matter.
   */
  readonly biasBytes?: number;
  /** Finishes vector v of a row in its register. `pw` points at what follows the last k in w: the bias. */
  finish(acc: Local<"v128">, v: number, pw: Local<"i32">): Statements;
  /** Stores the first `columns` numbers of a row, starting `offset` bytes after y. */
  store(y: Local<"i32">, row: readonly Local<"v128">[], columns: number, offset: number): Statements;
}

/** As float32. */
const storeFloats: Ending["store"] = (y, row, columns, offset) =>
  row.map((acc, v) => storeLanes(y, acc, Math.min(columns - v * LANES, LANES), offset + v * VECTOR_BYTES));

/** Left in y, for a later slice of k to resume. */
export const parked: Ending = {
  note: "y = acc, for the next k",
  addsBias: false,
  finish: () => [],
  store: storeFloats,
};

/** y = f(acc + b) */
export function finished(f: FusedActivation): Ending {
  return {
    note: `y = f(acc + b), f = ${f}`,
    addsBias: true,
    finish: (acc, v, pw) => [local.set(acc, f32x4.add(acc, v128.load(pw, v * VECTOR_BYTES))), activate(f, acc)],
    store: storeFloats,
  };
}
