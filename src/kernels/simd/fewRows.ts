/**
 * @file Matrix products of few rows, whose number is known: threads share the panels of W, and each panel is used for
 * all rows at once.
 */
import { call, type Declare } from "../../wasm/control.ts";
import type { Expr, Func, Local, Statements } from "../../wasm/expression.ts";
import { local } from "../../wasm/instructions.ts";
import { add, item, max, min, sub } from "../../wasm/integer.ts";
import { FLOAT_BYTES, LANES, VECTOR_BYTES } from "../../wasm/sizes.ts";
import { type Product, slicesOf } from "./blocking.ts";
import { launchFunc } from "./emitter.ts";
import type { Accumulators } from "./engines.ts";
import { range, upTo } from "./loops.ts";
import type { Panels } from "./panels.ts";
import { touchAll } from "./prefetch.ts";
import { vectorsFor } from "./vectors.ts";

/** A product of M rows. */
export type FewRows = Product & { readonly M: number };

/** Where the operands of one panel begin, and variables for a loop over it. */
interface PanelOperands {
  readonly x: Local<"i32">;
  readonly y: Expr<"i32">;
  readonly w: Expr<"i32">;
  /** The first of all panels of the range. */
  readonly from: Local<"i32">;
}

/**
 * `name(x, y, w, from, to)`: the panels from `from` up to `to`.
 *
 * @param yBytes of a number of y
 * @param begin  declares what all panels use, and returns the code of one
 */
export function overPanels(
  name: string,
  widths: readonly Panels[],
  yBytes: number,
  begin: (declare: Declare) => (panels: Panels, operands: PanelOperands) => Statements,
): Func {
  return launchFunc(name, ["x", "y", "w"], ({ x, y, w, from, to }, declare) => {
    const [panel, end] = declare.i32("panel", "end");
    const body = begin(declare);
    return widths.map((panels) => {
      const { first, count, column, columns, offset, panelBytes } = panels;
      const yPanel = item(add(y, column * yBytes), sub(panel, first), columns * yBytes);
      const wPanel = item(add(w, offset), sub(panel, first), panelBytes);
      return [
        local.set(panel, max(from, first)),
        local.set(end, min(to, first + count)),
        upTo(panel, end, body(panels, { x, y: yPanel, w: wPanel, from })),
      ];
    });
  });
}

/**
 * All M rows of X. Each panel is used only briefly, so memory latency shows: 7×7×1024 → 1024 inside its network is 6 %
 * faster if the panel is touched first. A single row reads each number of w once, and would gain nothing.
 */
export function columnsFunction(p: FewRows): Func {
  const { M, K, widths } = p;
  return overPanels("columns", widths, FLOAT_BYTES, (declare) => {
    const [line, lineEnd] = declare.i32("line", "lineEnd");
    return (panels, { x, y, w }) => {
      const [{ func }] = slicesOf(p, panels, K, undefined, M);
      return [M > 1 ? touchAll(line, lineEnd, w, panels.panelBytes) : [], call(func, x, y, w)];
    };
  });
}

/** Vectors of a strip, and accumulators of its tiles: 2 rows × 4 vectors are the fastest on either engine. */
const STRIP_VECTORS = 4;
const STRIP_ACCUMULATORS: Accumulators = [8, 8];

/**
 * All M rows of X, one per image, with panels of the width that suits one row; each is read in strips of the width that
 * suits a tile of several rows.
 */
export function stripsFunction(p: FewRows): Func {
  const { M, K, widths } = p;
  const width = STRIP_VECTORS * LANES;
  return overPanels("strips", widths, FLOAT_BYTES, () => ({ columns }, { x, y, w }) => {
    const product = { ...p, accumulators: STRIP_ACCUMULATORS, wStepBytes: vectorsFor(columns) * VECTOR_BYTES };
    return range(Math.ceil(columns / width), (i) => {
      const strip = { columns: Math.min(width, columns - i * width) };
      const [{ func }] = slicesOf(product, strip, K, undefined, M);
      const at = i * width * FLOAT_BYTES;
      return call(func, x, add(y, at), add(w, at));
    });
  });
}
