/**
 * @file The matrix product of integers, Y[M, N] = requantise( X̂[M, K] · Ŵ[K, N] + b[N] ): a pointwise convolution,
 * whose rows are pixels, or a dense layer. X̂ and Ŵ are centred: less their zero points.
 *
 *   for ic in M by MC            MC rows of X become int16, and stay in the L2 cache     threads share the rows
 *     for jr in N by NR          a panel of W becomes int16, all K of it, in the L1 cache
 *       for ir in MC by MR       rows.ts
 *         for k in K by 2        tile.ts
 *
 * With few rows, X becomes int16 in another launch before, and threads share the panels.
 *
 * What becomes int16 lies in scratch, where each range of units has a room: its first unit says where.
 */
import type { QuantizedLayer } from "../../../geometry/quantizedLayer.ts";
import { call } from "../../../wasm/control.ts";
import type { Expr, Func, Local, Statements } from "../../../wasm/expression.ts";
import { local } from "../../../wasm/instructions.ts";
import { add, item, min, sub } from "../../../wasm/integer.ts";
import type { DenseSize, EmittedKernel, Launch } from "../../contract/kernels.ts";
import { integerWeights } from "../../contract/quantized.ts";
import { type Emitter, launchFunc } from "../emitter.ts";
import type { Accumulators } from "../engines.ts";
import { overPanels } from "../fewRows.ts";
import { advance, countDown, forEach, upTo } from "../loops.ts";
import { type Panels, panelCount, panelsBytes } from "../panels.ts";
import { rows } from "../rows.ts";
import type { Tile } from "../tile.ts";
import { type Centering, centerRow, INT16_BYTES } from "./center.ts";
import { type FilterBytes, PAIRS } from "./pairs.ts";
import { filterBytes, integerPanels, packIntegerPanels, pairsOf } from "./panels.ts";
import { type Rule, requantized } from "./requantize.ts";
import { widened, widenFunction } from "./widen.ts";

/** At or below this many rows, threads share the panels. */
const FEW_ROWS = 64;
/** Vectors of a panel where there is one row only. */
const SINGLE_ROW_VECTORS = 8;
/** Bytes of MC rows of X as int16. */
const MC_BYTES = 256 * 1024;

interface Product {
  readonly M: number;
  readonly K: number;
  readonly N: number;
  readonly widths: readonly Panels[];
  readonly input: Centering;
  readonly rule: Rule;
  readonly bytes: FilterBytes;
  readonly accumulators: Accumulators;
}

/** Weights: filter [K, N] and perhaps bias [N]. */
export function matmul(
  { N: M, I: K, O: N }: DenseSize,
  layer: QuantizedLayer,
  { func, accumulators, panelVectors }: Emitter,
): EmittedKernel {
  const spans = { count: 1, length: K };
  const widths = integerPanels(spans, layer, N, M === 1 ? SINGLE_ROW_VECTORS : panelVectors);
  const { rounding, output } = layer.requantization;
  const rule = { rounding, output };
  const product: Product = { M, K, N, widths, input: layer.input, rule, bytes: filterBytes(layer), accumulators };
  const { input } = layer;
  const launches: readonly Launch[] =
    M <= FEW_ROWS
      ? [
          { func: func(centerFunction, { K, input }), operands: [0, "scratch"], units: M },
          {
            func: func(columnsFunction, product),
            operands: ["scratch", "output", "packed"],
            units: panelCount(widths),
          },
        ]
      : [{ func: func(rowsFunction, product), operands: [0, "output", "packed", "scratch"], units: M }];
  return {
    kind: "emitted",
    launches,
    packed: {
      bytes: panelsBytes(widths),
      write: (weights, to) =>
        packIntegerPanels({ ...integerWeights(weights), O: N, first: 0 }, layer, spans, widths, to),
    },
    scratchBytes: M * xRowBytes(K) + (M <= FEW_ROWS ? panelCount(widths) : M) * roomBytes(product),
  };
}

/** Of a row of X̂: a pair more where K is odd, whose second weight is 0. */
function xRowBytes(K: number): number {
  return 2 * INT16_BYTES * Math.ceil(K / 2);
}

function centerFunction({ K, input }: Pick<Product, "K" | "input">): Func {
  return launchFunc("center", ["x", "y"], ({ x, y, from, to }, declare) => {
    const [xAt, yAt] = declare.i32("xAt", "yAt");
    return [
      local.set(xAt, item(x, from, K)),
      local.set(yAt, item(y, from, xRowBytes(K))),
      upTo(from, to, centerRow(input, xAt, yAt, K, xRowBytes(K), declare)),
    ];
  });
}

/** Bytes of the largest widened panel. */
function roomBytes({ widths, rule, bytes, M }: Product): number {
  return Math.max(0, ...widths.map((panels) => widened(panels, rule, bytes, M)?.bytes ?? 0));
}

/** `rows(x, y, w, …)` of a panel, and what makes it ready to be read: where from, if it is widened into `room`. */
function panelOf(p: Product, panels: Panels, room: Local<"i32">, w: Expr<"i32">, known?: number) {
  const wide = widened(panels, p.rule, p.bytes, p.M);
  const t = tileOf(p, panels, wide ? 2 : p.bytes);
  const prepare: Statements = wide ? [call(widenFunction(wide), w, room)] : [];
  return { func: rows(t, p.accumulators, known), prepare, from: wide ? room : w };
}

function tileOf({ K, N, rule }: Product, { columns }: Panels, bytes: FilterBytes): Tile {
  return {
    arithmetic: PAIRS[bytes],
    walk: { count: pairsOf({ count: 1, length: K }), stepBytes: 2 * INT16_BYTES },
    ending: requantized(rule),
    resumes: false,
    columns,
    xRowBytes: xRowBytes(K),
    yRowBytes: N,
  };
}

/** All panels for the rows of X from `from` up to `to`; they become int16 in the part of scratch that is theirs. */
function rowsFunction(p: Product): Func {
  const { M, K, N, widths, input } = p;
  const MC = Math.max(Math.floor(MC_BYTES / xRowBytes(K) / 12) * 12, 12);
  return launchFunc("rows", ["x", "y", "w", "scratch"], ({ x, y, w, scratch, from: ic, to }, declare) => {
    const [panel, count, row, xAt, own, ownAt, yAt, wAt, room] = declare.i32(
      ...(["panel", "count", "row", "xAt", "own", "ownAt", "yAt", "wAt", "room"] as const),
    );
    const block = widths.map((panels) => {
      const { func, prepare, from } = panelOf(p, panels, room, wAt);
      return [
        local.set(yAt, item(add(y, panels.column), ic, N)),
        forEach(panel, 0, panels.count, [
          prepare,
          call(func, own, yAt, from, count),
          advance(yAt, panels.columns),
          advance(wAt, panels.panelBytes),
        ]),
      ];
    });
    return [
      local.set(own, item(scratch, ic, xRowBytes(K))),
      local.set(room, item(add(scratch, M * xRowBytes(K)), ic, roomBytes(p))),
      upTo(
        ic,
        to,
        [
          local.set(count, min(sub(to, ic), MC)),
          local.set(xAt, item(x, ic, K)),
          local.set(ownAt, own),
          local.set(row, count),
          countDown(row, [centerRow(input, xAt, ownAt, K, xRowBytes(K), declare)]),
          local.set(wAt, w),
          block,
        ],
        MC,
      ),
    ];
  });
}

/** All M rows of X̂ with the panels from `from` up to `to`. */
function columnsFunction(p: Product): Func {
  const { M, K, widths } = p;
  return overPanels("columns", widths, 1, (panels, { x, y, w, from: first, declare }) => {
    const room = declare("i32", "room");
    const { func, prepare, from } = panelOf(p, panels, room, w, M);
    return [local.set(room, item(add(x, M * xRowBytes(K)), first, roomBytes(p))), prepare, call(func, x, y, from)];
  });
}
