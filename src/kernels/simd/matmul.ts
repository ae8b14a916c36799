/**
 * @file The matrix product Y[M, N] = f( X[M, K] · W[K, N] + b[N] ): a pointwise convolution, whose rows are pixels, and
 * a fully connected layer.
 *
 *   for each block of rows        as many as a part of the L2 cache holds
 *     for each panel of W         8 or 16 columns; it stays in the L1 cache while the rows of the block pass by
 *       for each tile             a few rows × the panel, summed in registers
 */

import type { Tensor } from "../../tensor/tensor.ts";
import { call, func } from "../../wasm/control.ts";
import type { Func, Statements } from "../../wasm/expression.ts";
import { i32, local } from "../../wasm/instructions.ts";
import {
  advance,
  CACHE_LINE_BYTES,
  FLOAT_BYTES,
  type FusedActivation,
  fetchLines,
  max,
  min,
  plus,
  upTo,
  VECTOR_BYTES,
} from "./emit.ts";
import type { EmittedKernel, Emitter } from "./kernel.ts";
import { type PanelGroup, packingBytes, packPanels, panelGroups, panelsBytes } from "./panels.ts";
import { anyRows, fixedRows, heightsOf, type Sums, type TileOptions } from "./tile.ts";

/** Vectors of a panel where there is one row only: more of them keep the machine busy. */
const SINGLE_ROW_VECTORS = 8;

/** Bytes of X in a block of rows. */
const BLOCK_BYTES = 256 * 1024;

/** Bytes of a panel that stay in the L1 cache while the rows of a block pass by. */
export const STRETCH_BYTES: number = 16 * 1024;

/**
 * From so many bytes of W on, the next panel is fetched while one is used: it comes from beyond the L2 cache, which X
 * needs too. MobileNetV1 1.0-224 as a whole is 1 % faster for it.
 */
const FAR_BYTES = 256 * 1024;

/** Up to so many rows the work is cut by columns: rows would make uneven shares. */
const FEW_ROWS = 64;

/**
 * @param w          filter [K, N], any strides
 * @param b          bias [N], or null for none
 * @param unitsPerRow where rows are pixels: how many make a row of the image
 */
export function matmul(
  M: number,
  w: Tensor,
  b: Tensor | null,
  activation: FusedActivation,
  emitter: Emitter,
  unitsPerRow?: number,
): EmittedKernel {
  const [K, N] = w.shape;
  const { relaxed, sums, panelVectors } = emitter;
  const groups = panelGroups(K, N, M === 1 ? SINGLE_ROW_VECTORS : panelVectors);
  const code = { K, N, activation, relaxed, sums, groups };
  const byColumns = M <= FEW_ROWS;
  const launch = byColumns
    ? {
        func: emitter.func("columns", { ...code, M }, columnsFunction),
        units: groups.reduce((sum, { panels }) => sum + panels, 0),
      }
    : {
        func: emitter.func("rows", code, rowsFunction),
        units: M,
        ...(unitsPerRow && { unitsPerRow, readsOwnRow: true }),
      };
  return {
    launches: [{ ...launch, operands: [0, "output", "constants"] }],
    constants: {
      bytes: panelsBytes(groups) + (byColumns ? 0 : aheadOf(code).bytes),
      write: (to) => packPanels(w, b, groups, to),
    },
    scratchBytes: packingBytes(K, N),
  };
}

interface Code {
  readonly K: number;
  readonly N: number;
  readonly activation: FusedActivation;
  readonly relaxed: boolean;
  readonly sums: Sums;
  readonly groups: readonly PanelGroup[];
}

/** Rows of X in a block: a number that tiles of 2, 3 and 6 rows make. */
function blockRowsOf({ K }: Code): number {
  return Math.max(Math.floor(BLOCK_BYTES / (K * FLOAT_BYTES) / 12) * 12, 12);
}

/** Cache lines of the next panel that each tile fetches, and the bytes that the last panel's tiles read behind it. */
function aheadOf(code: Code): { readonly lines: number; readonly bytes: number } {
  const { groups, sums } = code;
  if (panelsBytes(groups) < FAR_BYTES) return { lines: 0, bytes: 0 };
  const tiles = Math.floor(blockRowsOf(code) / heightsOf(groups[0].columns, sums)[0]);
  const lines = Math.ceil(groups[0].panelBytes / CACHE_LINE_BYTES / tiles);
  return { lines, bytes: (tiles * lines + 1) * CACHE_LINE_BYTES };
}

const PARAMS = { x: "i32", y: "i32", w: "i32", from: "i32", to: "i32" } as const;

/** A stretch of k: the products that are summed before the sums go back to y, to wait there for the next stretch. */
interface Stretch {
  readonly k: number;
  readonly name: string;
  readonly options: TileOptions;
}

/** The stretches of a panel, of at most so many k. */
function stretchesOf(code: Code, { columns }: PanelGroup, max: number): readonly Stretch[] {
  const { K, N, activation, relaxed, sums } = code;
  const count = Math.ceil(K / max);
  const length = Math.ceil(K / count);
  return Array.from({ length: count }, (_, i) => {
    const [isFirst, isLast] = [i === 0, i === count - 1];
    return {
      k: i * length,
      name: `columns${columns}${isFirst ? "" : isLast ? "_last" : "_more"}`,
      options: {
        runs: { outer: [], length: isLast ? K - i * length : length },
        xStepBytes: K * FLOAT_BYTES,
        yStepBytes: N * FLOAT_BYTES,
        columns,
        begin: isFirst ? "zero" : "sums",
        end: isLast ? "output" : "sums",
        activation,
        relaxed,
        sums,
      },
    };
  });
}

/** Makes the function of a stretch once: those in the middle have one in common. */
function once(make: (name: string, options: TileOptions) => Func): (stretch: Stretch) => Func {
  const made = new Map<string, Func>();
  return ({ name, options }) => {
    const f = made.get(name) ?? make(name, options);
    made.set(name, f);
    return f;
  };
}

/**
 * All panels for the rows from `from` up to `to`: a stretch of a panel stays in the L1 cache while the rows pass by.
 */
function rowsFunction(code: Code): Func {
  const { K, N, groups } = code;
  const blockRows = blockRowsOf(code);
  const { lines } = aheadOf(code);
  const tiles = once(anyRows);
  return func("rows", PARAMS, ({ x, y, w, from, to }, declare) => {
    const [panel, count] = [declare("i32", "panel"), declare("i32", "count")];
    const [xAt, yAt, wAt] = [declare("i32", "xAt"), declare("i32", "yAt"), declare("i32", "wAt")];
    const product = (group: PanelGroup): Statements =>
      stretchesOf(code, group, STRETCH_BYTES / (group.vectors * VECTOR_BYTES)).map((plain) => {
        const { k } = plain;
        // Once for all stretches: each panel but the last is fetched during the first stretch of the one before.
        const ahead = k === 0 && lines > 0 ? { fromBytes: group.panelBytes, lines } : undefined;
        const stretch = { ...plain, options: { ...plain.options, ahead } };
        const wStretch = plus(wAt, k * group.vectors * VECTOR_BYTES);
        return call(tiles(stretch), plus(xAt, k * FLOAT_BYTES), yAt, wStretch, count);
      });
    return upTo(
      from,
      to,
      [
        local.set(count, min(i32.sub(to, from), blockRows)),
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

/**
 * All rows for the panels from `from` up to `to`, counted over the groups. With few rows a panel does not stay for
 * long, and that it comes from far away tells: 7×7×1024 → 1024 inside its network is 6 % faster where it is fetched
 * first.
 */
function columnsFunction(code: Code & { readonly M: number }): Func {
  const { M, K, groups } = code;
  return func("columns", PARAMS, ({ x, y, w, from, to }, declare) => {
    const [panel, end, line, lineEnd] = ["panel", "end", "line", "lineEnd"].map((name) => declare("i32", name));
    let firstPanel = 0;
    let firstByte = 0;
    return groups.map((group) => {
      const { column, columns, panels, panelBytes } = group;
      const [{ name, options }] = stretchesOf(code, group, K);
      const own = i32.sub(panel, firstPanel);
      const yPanel = i32.add(plus(y, column * FLOAT_BYTES), i32.mul(own, columns * FLOAT_BYTES));
      const wPanel = i32.add(plus(w, firstByte), i32.mul(own, panelBytes));
      const body = [
        local.set(panel, max(from, firstPanel)),
        local.set(end, min(to, firstPanel + panels)),
        upTo(panel, end, [
          M > 1 ? fetchLines(line, lineEnd, wPanel, panelBytes) : [],
          call(fixedRows(name, M, options), x, yPanel, wPanel),
        ]),
      ];
      firstPanel += panels;
      firstByte += panels * panelBytes;
      return body;
    });
  });
}
