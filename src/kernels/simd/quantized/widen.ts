/**
 * @file Widens a panel of int8 to int16 if many rows of X use it: a tile that widens as it loads takes a tenth longer.
 * In memory, weights stay int8.
 */
import { func, integers } from "../../../wasm/control.ts";
import type { Func } from "../../../wasm/expression.ts";
import { memory } from "../../../wasm/instructions.ts";
import type { Panels } from "../panels.ts";
import { vectorsFor } from "../vectors.ts";
import type { ProductName } from "./products.ts";
import { readRow } from "./reading.ts";
import { parameterBytes, type Rule } from "./requantize.ts";

/** Max bytes of a widened panel: it stays in the L1 cache. */
const MAX_BYTES = 20 * 1024;
/** Rows of X from which widening saves more than it costs. */
const MIN_ROWS = 16;

export interface Widened {
  /** Of the panel, before widening. */
  readonly filterBytes: number;
  readonly parameterBytes: number;
  /** Of the panel, after widening. */
  readonly bytes: number;
}

/** @param rows of X that use a panel @returns null if it stays as it is */
export function widened(
  { columns, panelBytes }: Panels,
  rule: Rule,
  products: ProductName,
  rows: number,
): Widened | null {
  const parameters = vectorsFor(columns) * parameterBytes(rule.rounding);
  const filter = panelBytes - parameters;
  const after = 2 * filter + parameters;
  if (products !== "pairs" || rows < MIN_ROWS || after > MAX_BYTES) return null;
  return { filterBytes: filter, parameterBytes: parameters, bytes: after };
}

/** `widen(w, to)`: one panel. */
export function widenFunction({ filterBytes, parameterBytes: rest }: Widened): Func {
  return func("widen", integers(["w", "to"]), ({ w, to }, declare) => [
    readRow({ type: "int8", zeroPoint: 0, bytes: 2 }, w, to, filterBytes, 2 * filterBytes, declare),
    memory.copy(to, w, rest),
  ]);
}
