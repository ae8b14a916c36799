/**
 * @file The matrix product Y[M, N] = f( X[M, K] · W[K, N] + b[N] ): a pointwise convolution, whose rows are pixels, or
 * a dense layer. Five loops with the names of BLIS (F. Van Zee, R. van de Geijn, 2015), in an order that suits an X
 * that is not packed:
 *
 *   for ic in M by MC            MC rows of X stay in the L2 cache                        threads share the rows
 *     for jr in N by NR          a panel of W
 *       for pc in K by KC        KC × NR of it stay in the L1 cache; accumulators wait in Y between slices
 *         for ir in MC by MR     rows.ts
 *           for k in KC          tile.ts: MR × NR accumulators in registers
 *
 * With few rows, only jr, which threads share, ir and k remain: fewRows.ts.
 */
import { call } from "../../wasm/control.ts";
import type { Func } from "../../wasm/expression.ts";
import { local } from "../../wasm/instructions.ts";
import { add, item, min, sub } from "../../wasm/integer.ts";
import { FLOAT_BYTES, VECTOR_BYTES } from "../../wasm/sizes.ts";
import { type DenseSize, type EmittedKernel, filterAndBias, type Launch } from "../contract/kernels.ts";
import type { FusedActivation } from "./activate.ts";
import { blockRowsOf, KC_BYTES, type Product, prefetchOf, slicesOf } from "./blocking.ts";
import { type Emitter, launchFunc } from "./emitter.ts";
import { columnsFunction, stripsFunction } from "./fewRows.ts";
import { advance, forEach, upTo } from "./loops.ts";
import { floatPanel, packingBytes, packPanels, panelCount, panelsBytes, panelsFor } from "./panels.ts";
import { vectorsFor } from "./vectors.ts";

/** At or below this many rows, threads share the panels: sharing rows would be uneven. */
const FEW_ROWS = 64;
/** Vectors of a panel if there is only one row: more accumulators keep the machine busy. */
const SINGLE_ROW_VECTORS = 8;

/**
 * Weights: filter [K, N] and perhaps bias [N].
 *
 * @param size        M, K and N; if X has few rows, the code is for exactly this number
 * @param unitsPerRow if rows of X are pixels: how many make a row of the image
 */
export function matmul(
  { N: M, I: K, O: N }: DenseSize,
  activation: FusedActivation,
  { func, precision, accumulators, panelVectors }: Emitter,
  unitsPerRow?: number,
): EmittedKernel {
  const product = productOf({ N: M, I: K, O: N }, activation, { precision, accumulators, panelVectors });
  const { widths } = product;
  const isFew = M <= FEW_ROWS;
  const launch = isFew
    ? { func: func(columnsFunction, { ...product, M }), units: unitsOf(M, product) }
    : { func: func(rowsFunction, product), units: M, ...(unitsPerRow && { unitsPerRow, readsOwnRow: true }) };
  const operands = [0, "output", "packed"] as const;
  const batch = (images: number): readonly Launch[] => [
    { func: func(stripsFunction, { ...product, M: images }), units: panelCount(widths), operands },
  ];
  return {
    kind: "emitted",
    launches: [{ ...launch, operands }],
    ...(M === 1 && { batch }),
    packed: {
      bytes: packedBytes(M, product),
      write: (weights, to) => packPanels(...filterAndBias(weights, [K, N]), widths, to),
    },
    scratchBytes: packingBytes(K, N),
  };
}

/** The product of M rows as data, for {@link productFunction}. */
export function productOf(
  { N: M, I: K, O: N }: DenseSize,
  activation: FusedActivation,
  { precision, accumulators, panelVectors }: Pick<Emitter, "precision" | "accumulators" | "panelVectors">,
): Product {
  const widths = panelsFor(N, M === 1 ? SINGLE_ROW_VECTORS : panelVectors, floatPanel(K));
  return { K, N, widths, activation, precision, accumulators };
}

/** `name(x, y, w, from, to)`: units of the product of M rows. */
export function productFunction(M: number, product: Product): Func {
  return M <= FEW_ROWS ? columnsFunction({ ...product, M }) : rowsFunction(product);
}

/** Units of a product of M rows: panels if they are few, rows if many. */
export function unitsOf(M: number, { widths }: Product): number {
  return M <= FEW_ROWS ? panelCount(widths) : M;
}

/** Bytes of its panels, and of what is prefetched beyond them. */
export function packedBytes(M: number, product: Product): number {
  return panelsBytes(product.widths) + (M <= FEW_ROWS ? 0 : prefetchOf(product).tailBytes);
}

/**
 * All panels for the rows of X from `from` up to `to`. Each panel is prefetched during the first slice of the one
 * before.
 */
function rowsFunction(p: Product): Func {
  const { K, N, widths } = p;
  const [MC, { lines }] = [blockRowsOf(K), prefetchOf(p)];
  return launchFunc("rows", ["x", "y", "w"], ({ x, y, w, from: ic, to }, declare) => {
    const [panel, count, xAt, yAt, wAt] = declare.i32("panel", "count", "xAt", "yAt", "wAt");
    // In w the narrow panel follows the full ones, so wAt runs on; in y it begins at its column.
    const block = widths.map((panels) => {
      const rowBytes = vectorsFor(panels.columns) * VECTOR_BYTES;
      const prefetch = lines > 0 ? { fromBytes: panels.panelBytes, lines } : undefined;
      const slices = slicesOf(p, panels, Math.floor(KC_BYTES / rowBytes), prefetch);
      return [
        local.set(yAt, item(add(y, panels.column * FLOAT_BYTES), ic, N * FLOAT_BYTES)),
        forEach(panel, 0, panels.count, [
          slices.map(({ pc, func }) => call(func, add(xAt, pc * FLOAT_BYTES), yAt, add(wAt, pc * rowBytes), count)),
          advance(yAt, panels.columns * FLOAT_BYTES),
          advance(wAt, panels.panelBytes),
        ]),
      ];
    });
    return upTo(
      ic,
      to,
      [local.set(count, min(sub(to, ic), MC)), local.set(xAt, item(x, ic, K * FLOAT_BYTES)), local.set(wAt, w), block],
      MC,
    );
  });
}
