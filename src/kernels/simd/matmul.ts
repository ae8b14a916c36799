/**
 * @file The matrix product Y[M, N] = f( X[M, K] · W[K, N] + b[N] ): a pointwise convolution, whose rows are pixels, and a
 * fully connected layer.
 *
 *   for each block of rows        as many as half of the L2 cache holds
 *     for each panel of W         8 columns; it stays in the L1 cache while the rows of the block pass by
 *       for each tile             4 or 3 rows × the panel, summed in registers
 */

import type { Tensor } from "../../tensor/tensor.ts";
import { call, func } from "../../wasm/control.ts";
import type { Func } from "../../wasm/instruction.ts";
import { i32, local } from "../../wasm/instructions.ts";
import { advance, FLOAT_BYTES, type FusedActivation, least, most, plus, upTo } from "./emit.ts";
import { type PanelGroup, packPanels, panelGroups } from "./panels.ts";
import { bytesOf, type Emitted } from "./recipe.ts";
import { anyRows, fixedRows, type TileOptions } from "./tile.ts";

/** Vectors of a panel; where there is one row only, more of them keep the machine busy. */
export const PANEL_VECTORS = 2;
const SINGLE_ROW_VECTORS = 8;

/** Bytes of X in a block of rows. */
const BLOCK_BYTES = 256 * 1024;

/** Up to so many rows the work is cut by columns: rows would make uneven shares. */
const FEW_ROWS = 64;

/**
 * @param w          filter [K, N], any strides
 * @param b          bias [N], or null for none
 * @param unitsPerRow where rows are pixels: how many make a row of the picture
 */
export function matmul(
  M: number,
  w: Tensor,
  b: Tensor | null,
  activation: FusedActivation,
  fused: boolean,
  unitsPerRow?: number,
): Emitted {
  const [K, N] = w.shape;
  const groups = panelGroups(K, N, M === 1 ? SINGLE_ROW_VECTORS : PANEL_VECTORS);
  const code = { M, K, N, activation, fused, groups };
  const byColumns = M <= FEW_ROWS;
  const stage = byColumns
    ? { entry: columnsFunction(code), units: groups.reduce((sum, { panels }) => sum + panels, 0) }
    : { entry: rowsFunction(code), units: M, ...(unitsPerRow && { unitsPerRow, readsOwnRow: true }) };
  return {
    stages: [{ ...stage, operands: [0, "output", "constants"] }],
    constants: bytesOf(packPanels(w, b, groups)),
    scratchBytes: 0,
  };
}

interface Code {
  readonly M: number;
  readonly K: number;
  readonly N: number;
  readonly activation: FusedActivation;
  readonly fused: boolean;
  readonly groups: readonly PanelGroup[];
}

const PARAMS = { x: "i32", y: "i32", w: "i32", from: "i32", to: "i32" } as const;

function tileOptions({ K, N, activation, fused }: Code, { columns }: PanelGroup): TileOptions {
  return {
    runs: { outer: [], length: K },
    xStepBytes: K * FLOAT_BYTES,
    yStepBytes: N * FLOAT_BYTES,
    columns,
    activation,
    fused,
  };
}

/** All panels for the rows from `from` up to `to`, block by block. */
function rowsFunction(code: Code): Func {
  const { K, N, groups } = code;
  const blockRows = Math.max(Math.floor(BLOCK_BYTES / (K * FLOAT_BYTES) / 12) * 12, 12); // tiles of 4 rows, and of 3
  return func("rows", PARAMS, ({ x, y, w, from, to }, declare) => {
    const [panel, count] = [declare("i32", "panel"), declare("i32", "count")];
    const [xAt, yAt, wAt] = [declare("i32", "xAt"), declare("i32", "yAt"), declare("i32", "wAt")];
    return upTo(
      from,
      to,
      [
        local.set(count, least(i32.sub(to, from), blockRows)),
        local.set(xAt, i32.add(x, i32.mul(from, K * FLOAT_BYTES))),
        local.set(wAt, w),
        groups.map((group) => [
          local.set(yAt, i32.add(plus(y, group.column * FLOAT_BYTES), i32.mul(from, N * FLOAT_BYTES))),
          local.set(panel, i32.const(0)),
          upTo(panel, group.panels, [
            call(anyRows(`columns${group.columns}`, tileOptions(code, group)), xAt, yAt, wAt, count),
            ...advance(yAt, group.columns * FLOAT_BYTES),
            ...advance(wAt, group.panelBytes),
          ]),
        ]),
      ],
      blockRows,
    );
  });
}

/** All rows for the panels from `from` up to `to`, counted over the groups. */
function columnsFunction(code: Code): Func {
  const { M, groups } = code;
  return func("columns", PARAMS, ({ x, y, w, from, to }, declare) => {
    const [panel, end] = [declare("i32", "panel"), declare("i32", "end")];
    let firstPanel = 0;
    let firstByte = 0;
    return groups.map((group) => {
      const { column, columns, panels, panelBytes } = group;
      const own = i32.sub(panel, firstPanel);
      const body = [
        local.set(panel, most(from, firstPanel)),
        local.set(end, least(to, firstPanel + panels)),
        upTo(panel, end, [
          call(
            fixedRows(`columns${columns}`, M, tileOptions(code, group)),
            x,
            i32.add(plus(y, column * FLOAT_BYTES), i32.mul(own, columns * FLOAT_BYTES)),
            i32.add(plus(w, firstByte), i32.mul(own, panelBytes)),
          ),
        ]),
      ];
      firstPanel += panels;
      firstByte += panels * panelBytes;
      return body;
    });
  });
}
