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
import type { Func, Statements } from "../../wasm/instruction.ts";
import { i32, local } from "../../wasm/instructions.ts";
import { advance, FLOAT_BYTES, type FusedActivation, least, most, plus, upTo, VECTOR_BYTES } from "./emit.ts";
import { type PanelGroup, packPanels, panelGroups, panelsBytes } from "./panels.ts";
import type { Emitted, Emitter } from "./recipe.ts";
import { anyRows, fixedRows, type Heights, type TileOptions } from "./tile.ts";

/** Vectors of a panel; where there is one row only, more of them keep the machine busy. */
export const PANEL_VECTORS = 2;
const SINGLE_ROW_VECTORS = 8;

/** Bytes of X in a block of rows. */
const BLOCK_BYTES = 256 * 1024;

/** Bytes of a panel that are read for all rows of a block before the next ones are. */
const DEPTH_BYTES = 16 * 1024;

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
  emitter: Emitter,
  unitsPerRow?: number,
): Emitted {
  const [K, N] = w.shape;
  const groups = panelGroups(K, N, M === 1 ? SINGLE_ROW_VECTORS : PANEL_VECTORS);
  const { fused, heights } = emitter;
  const code = { K, N, activation, fused, heights, groups };
  const byColumns = M <= FEW_ROWS;
  const stage = byColumns
    ? {
        entry: emitter.func("columns", { ...code, M }, columnsFunction),
        units: groups.reduce((sum, { panels }) => sum + panels, 0),
      }
    : {
        entry: emitter.func("rows", code, rowsFunction),
        units: M,
        ...(unitsPerRow && { unitsPerRow, readsOwnRow: true }),
      };
  return {
    stages: [{ ...stage, operands: [0, "output", "constants"] }],
    constants: {
      bytes: panelsBytes(groups),
      write: (to) => packPanels(w, b, groups, new Float32Array(to.buffer, to.byteOffset, to.byteLength / FLOAT_BYTES)),
    },
    scratchBytes: 0,
  };
}

interface Code {
  readonly K: number;
  readonly N: number;
  readonly activation: FusedActivation;
  readonly fused: boolean;
  readonly heights: Heights;
  readonly groups: readonly PanelGroup[];
}

const PARAMS = { x: "i32", y: "i32", w: "i32", from: "i32", to: "i32" } as const;

/** A stretch of k, for which all rows of a block are summed before the next one begins. */
interface Depth {
  readonly k: number;
  readonly options: TileOptions;
}

/** The stretches of a panel; the sums wait in y from one to the next. */
function depthsOf({ K, N, activation, fused, heights }: Code, { columns, vectors }: PanelGroup): readonly Depth[] {
  const count = Math.ceil((K * vectors * VECTOR_BYTES) / DEPTH_BYTES);
  const most = Math.ceil(K / count);
  return Array.from({ length: count }, (_, i) => ({
    k: i * most,
    options: {
      runs: { outer: [], length: Math.min(most, K - i * most) },
      xStepBytes: K * FLOAT_BYTES,
      yStepBytes: N * FLOAT_BYTES,
      columns,
      begin: i === 0 ? "zero" : "sums",
      end: i === count - 1 ? "output" : "sums",
      activation,
      fused,
      heights,
    },
  }));
}

/** A name for a function that does a stretch of a panel. */
function nameOf({ columns }: PanelGroup, { k }: Depth): string {
  return k === 0 ? `columns${columns}` : `columns${columns}_from${k}`;
}

/** All panels for the rows from `from` up to `to`, block by block. */
function rowsFunction(code: Code): Func {
  const { K, N, groups } = code;
  const blockRows = Math.max(Math.floor(BLOCK_BYTES / (K * FLOAT_BYTES) / 12) * 12, 12); // of 12, which tiles of 3, 4 and 6 rows make
  return func("rows", PARAMS, ({ x, y, w, from, to }, declare) => {
    const [panel, count] = [declare("i32", "panel"), declare("i32", "count")];
    const [xAt, yAt, wAt] = [declare("i32", "xAt"), declare("i32", "yAt"), declare("i32", "wAt")];
    const product = (group: PanelGroup): Statements =>
      depthsOf(code, group).map((depth) => {
        const { k, options } = depth;
        const wDepth = plus(wAt, k * group.vectors * VECTOR_BYTES);
        return call(anyRows(nameOf(group, depth), options), plus(xAt, k * FLOAT_BYTES), yAt, wDepth, count);
      });
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
            ...product(group),
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
function columnsFunction(code: Code & { readonly M: number }): Func {
  const { M, groups } = code;
  return func("columns", PARAMS, ({ x, y, w, from, to }, declare) => {
    const [panel, end] = [declare("i32", "panel"), declare("i32", "end")];
    let firstPanel = 0;
    let firstByte = 0;
    return groups.map((group) => {
      const { column, columns, panels, vectors, panelBytes } = group;
      const own = i32.sub(panel, firstPanel);
      const yPanel = i32.add(plus(y, column * FLOAT_BYTES), i32.mul(own, columns * FLOAT_BYTES));
      const wPanel = i32.add(plus(w, firstByte), i32.mul(own, panelBytes));
      const body = [
        local.set(panel, most(from, firstPanel)),
        local.set(end, least(to, firstPanel + panels)),
        upTo(
          panel,
          end,
          depthsOf(code, group).map((depth) => {
            const { k, options } = depth;
            const wDepth = plus(wPanel, k * vectors * VECTOR_BYTES);
            return call(fixedRows(nameOf(group, depth), M, options), plus(x, k * FLOAT_BYTES), yPanel, wDepth);
          }),
        ),
      ];
      firstPanel += panels;
      firstByte += panels * panelBytes;
      return body;
    });
  });
}
