/**
 * @file Loops over rows of channels, four channels at a time, as the statistics of a batch need them: a channel's own
 * values are read once per block of rows.
 */

import { type Declare, loop } from "../../../wasm/control.ts";
import type { Expr, Local, Statements } from "../../../wasm/expression.ts";
import { i32, local } from "../../../wasm/instructions.ts";
import { add } from "../../../wasm/integer.ts";
import { FLOAT_BYTES, LANES } from "../../../wasm/sizes.ts";
import { advance } from "../loops.ts";
import { eachVector, vectorsFor } from "../vectors.ts";

/** Rows of C channels: all extents but the last make the rows. */
export interface Rows {
  readonly rows: number;
  readonly C: number;
}

/** Parameters of a function by name. */
export type Pointers = Readonly<Record<string, Local<"i32">>>;

/** Bytes of a block of rows: a part of the L2 cache. */
const BLOCK_BYTES = 64 * 1024;

/** Rows of a block: the largest divisor of all rows that fits. */
export function blockRows(rows: number, C: number): number {
  const max = Math.max(1, Math.min(rows, Math.floor(BLOCK_BYTES / (C * FLOAT_BYTES))));
  for (let count = max; count > 1; count--) if (rows % count === 0) return count;
  return 1;
}

/** Channels, padded to whole vectors. */
export function paddedChannels(C: number): number {
  return vectorsFor(C) * LANES;
}

/**
 * For each vector of channels: `begin`, then `row` for each row of the block, then `end`. `begin` and `end` get the
 * offset of the vector in a row, in bytes; `row` its offset from the start of the block.
 */
export function eachChannelOfRows(
  C: number,
  rows: number,
  declare: Declare,
  parts: {
    readonly begin: (c: Local<"i32">) => Statements;
    readonly row: (at: Local<"i32">, lanes: number) => Statements;
    readonly end?: (c: Local<"i32">, lanes: number) => Statements;
  },
): Statements {
  const [at, last] = declare.i32("at", "last");
  return eachVector(C, declare, (c, lanes) => [
    parts.begin(c),
    local.set(at, c),
    local.set(last, add(c, rows * C * FLOAT_BYTES)),
    loop("rows", (again) => [parts.row(at, lanes), advance(at, C * FLOAT_BYTES), again(i32.lt_u(at, last))]),
    parts.end?.(c, lanes) ?? [],
  ]);
}

/** The address of a vector of one of several rows of C numbers. */
export function rowAt(base: Expr<"i32">, row: number, C: number, c: Expr<"i32">): Expr<"i32"> {
  return add(add(base, row * C * FLOAT_BYTES), c);
}
