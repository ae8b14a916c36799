/**
 * @file The matrix product of integers, Y[M, N] = requantise( X̂[M, K] · Ŵ[K, N] + b[N] ): a pointwise convolution,
 * whose rows are pixels, or a dense layer. X̂ and Ŵ are centred: less their zero points.
 *
 *   for ic in M by MC            MC rows of X as they are read, in the L2 cache         threads share the rows
 *     for jr in N by NR          a panel of W, all K of it; as int16 in the L1 cache (widen.ts)
 *       for ir in MC by MR       rows.ts
 *         for k in K by 2 or 4   tile.ts
 *
 * With few rows, an earlier launch reads X, and threads share the panels.
 *
 * Read and widened values are in scratch, where each range of units has its own space: its first unit says where.
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
import { integerPanels, packIntegerPanels, productsOf } from "./panels.ts";
import { PRODUCTS, type ProductName, stepsOf } from "./products.ts";
import { type Reading, readingOf, readRow } from "./reading.ts";
import { type Rule, requantized } from "./requantize.ts";
import { widened, widenFunction } from "./widen.ts";

/** At or below this many rows, threads share the panels. */
const FEW_ROWS = 64;
/** Vectors of a panel if there is only one row. */
const SINGLE_ROW_VECTORS = 8;
/** Bytes of MC rows of X as int16. */
const MC_BYTES = 256 * 1024;

interface Product {
  readonly M: number;
  readonly K: number;
  readonly N: number;
  readonly widths: readonly Panels[];
  readonly reading: Reading;
  readonly rule: Rule;
  readonly products: ProductName;
  readonly accumulators: Accumulators;
}

/** Weights: filter [K, N] and perhaps bias [N]. */
export function matmul(
  { N: M, I: K, O: N }: DenseSize,
  layer: QuantizedLayer,
  { func, accumulators, panelVectors }: Emitter,
  hasQuads: boolean,
): EmittedKernel {
  const spans = { count: 1, length: K };
  const { rounding, output } = layer.requantization;
  const products = productsOf(layer, hasQuads);
  const reading = readingOf(layer, products);
  const widths = integerPanels(spans, products, rounding, N, M === 1 ? SINGLE_ROW_VECTORS : panelVectors);
  const product: Product = { M, K, N, widths, reading, rule: { rounding, output }, products, accumulators };
  const launches: readonly Launch[] =
    M <= FEW_ROWS
      ? [
          { func: func(readFunction, product), operands: [0, "scratch"], units: M },
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
        packIntegerPanels({ ...integerWeights(weights), O: N, first: 0 }, layer, products, spans, widths, to),
    },
    scratchBytes: M * xRowBytes(product) + (M <= FEW_ROWS ? panelCount(widths) : M) * roomBytes(product),
  };
}

/** Bytes of a row as it is read: padded to a whole step of k, whose last weights are 0. */
function xRowBytes({ K, products }: Pick<Product, "K" | "products">): number {
  const { depth, xBytes } = PRODUCTS[products];
  return stepsOf(products, K) * depth * xBytes;
}

function readFunction(p: Product): Func {
  const { K, reading } = p;
  return launchFunc("read", ["x", "y"], ({ x, y, from, to }, declare) => {
    const [xAt, yAt] = declare.i32("xAt", "yAt");
    return [
      local.set(xAt, item(x, from, K)),
      local.set(yAt, item(y, from, xRowBytes(p))),
      upTo(from, to, readRow(reading, xAt, yAt, K, xRowBytes(p), declare)),
    ];
  });
}

/** Bytes of the largest widened panel. */
function roomBytes({ widths, rule, products, M }: Product): number {
  return Math.max(0, ...widths.map((panels) => widened(panels, rule, products, M)?.bytes ?? 0));
}

/** `rows(x, y, w, …)` of a panel, the code that prepares it, and where to read it: in `room` if it is widened. */
function panelOf(p: Product, panels: Panels, room: Local<"i32">, w: Expr<"i32">, known?: number) {
  const wide = widened(panels, p.rule, p.products, p.M);
  const t = tileOf(p, panels, wide ? "wide" : p.products);
  const prepare: Statements = wide ? [call(widenFunction(wide), w, room)] : [];
  return { func: rows(t, p.accumulators, known), prepare, from: wide ? room : w };
}

function tileOf({ K, N, rule }: Product, { columns }: Panels, products: ProductName): Tile {
  const { arithmetic, depth, xBytes } = PRODUCTS[products];
  return {
    arithmetic,
    walk: { count: stepsOf(products, K), stepBytes: depth * xBytes },
    ending: requantized(rule),
    resumes: false,
    columns,
    xRowBytes: xRowBytes({ K, products }),
    yRowBytes: N,
  };
}

/** All panels for the rows of X from `from` up to `to`, which are read into their own part of scratch. */
function rowsFunction(p: Product): Func {
  const { M, K, N, widths, reading } = p;
  const MC = Math.max(Math.floor(MC_BYTES / xRowBytes(p) / 12) * 12, 12);
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
      local.set(own, item(scratch, ic, xRowBytes(p))),
      local.set(room, item(add(scratch, M * xRowBytes(p)), ic, roomBytes(p))),
      upTo(
        ic,
        to,
        [
          local.set(count, min(sub(to, ic), MC)),
          local.set(xAt, item(x, ic, K)),
          local.set(ownAt, own),
          local.set(row, count),
          countDown(row, [readRow(reading, xAt, ownAt, K, xRowBytes(p), declare)]),
          local.set(wAt, w),
          block,
        ],
        MC,
      ),
    ];
  });
}

/** All M rows with the panels from `from` up to `to`. */
function columnsFunction(p: Product): Func {
  const { M, widths } = p;
  return overPanels("columns", widths, 1, (declare) => {
    const room = declare("i32", "room");
    return (panels, { x, y, w, from: first }) => {
      const { func, prepare, from } = panelOf(p, panels, room, w, M);
      return [local.set(room, item(add(x, M * xRowBytes(p)), first, roomBytes(p))), prepare, call(func, x, y, from)];
    };
  });
}
