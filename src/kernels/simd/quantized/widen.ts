/**
 * @file A panel of int8 as int16, made where many rows of X use it: a tile that widens as it loads takes a tenth
 * longer. In memory weights stay int8.
 */
import { func, integers } from "../../../wasm/control.ts";
import type { Func } from "../../../wasm/expression.ts";
import { memory } from "../../../wasm/instructions.ts";
import type { Panels } from "../panels.ts";
import { vectorsFor } from "../vectors.ts";
import { centerRow } from "./center.ts";
import type { FilterBytes } from "./pairs.ts";
import { parameterBytes, type Rule } from "./requantize.ts";

/** Max bytes of a widened panel: it stays in the L1 cache. */
const MAX_BYTES = 20 * 1024;
/** Rows of X from which on widening costs less than it saves. */
const MIN_ROWS = 16;

export interface Widened {
  /** Of the panel, before. */
  readonly filterBytes: number;
  readonly parameterBytes: number;
  /** Of the panel, afterwards. */
  readonly bytes: number;
}

/** @param bytes of an element of the filter @param rows of X that use a panel @returns null where it stays as it is */
export function widened({ columns, panelBytes }: Panels, rule: Rule, bytes: FilterBytes, rows: number): Widened | null {
  const parameters = vectorsFor(columns) * parameterBytes(rule.rounding);
  const filter = panelBytes - parameters;
  const after = 2 * filter + parameters;
  if (bytes === 2 || rows < MIN_ROWS || after > MAX_BYTES) return null;
  return { filterBytes: filter, parameterBytes: parameters, bytes: after };
}

/** `widen(w, to)`: one panel. */
export function widenFunction({ filterBytes, parameterBytes: rest }: Widened): Func {
  return func("widen", integers(["w", "to"]), ({ w, to }, declare) => [
    centerRow({ type: "int8", zeroPoint: 0 }, w, to, filterBytes, 2 * filterBytes, declare),
    memory.copy(to, w, rest),
  ]);
}
