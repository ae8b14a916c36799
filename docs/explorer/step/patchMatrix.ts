/** @file The standard convolution as in im2col: a row of the patch matrix times a column of the filter. */
import type { Tensor } from "../../../src/index.ts";
import { t } from "../text/language.ts";
import { fill, h } from "../view/h.ts";
import { extents, plain } from "../view/numbers.ts";
import type { Cursor } from "./cursor.ts";
import type { Stage } from "./experiment.ts";
import { type Cell, grid } from "./grid.ts";

/** Rows and columns shown around the current one. */
const ROWS = 9;
const COLUMNS = 45;

export function patchMatrix(
  { geometry: g, filter }: Stage,
  patches: Tensor,
): { readonly element: HTMLElement; show(cursor: Cursor): void } {
  const text = t().step;
  const [rows, K] = patches.shape;
  const columns = Math.min(K, COLUMNS);
  const shownRows = Math.min(rows, ROWS);
  const left = grid("patches", shownRows, columns, text.patches);
  const weights = grid("column", 1, columns, text.filter);
  const column = filter.reshape([K, g.O]);
  const says = h("p", { class: "sum" });
  const show = ({ oh, ow, o, added }: Cursor): void => {
    const current = oh * g.OW + ow;
    const own = Math.min(o, g.O - 1);
    const from = Math.max(0, Math.min(current - Math.floor(ROWS / 2), rows - shownRows));
    const product = o >= g.O ? K : Math.min(added, K);
    const sum = Array.from({ length: product }, (_, k) => patches.at(current, k) * column.at(k, own)).reduce(
      (all, one) => all + one,
      0,
    );
    const mark = (k: number): Cell["mark"] => (k < product ? "added" : "window");
    left.paint((row, k) => {
      const isRow = from + row === current;
      const value = patches.at(from + row, k);
      return { value, mark: isRow ? mark(k) : undefined, isCurrent: isRow && k === product - 1 };
    });
    weights.paint((_, k) => ({ value: column.at(k, own), mark: mark(k), isCurrent: k === product - 1 }));
    fill(says, text.patchSum(current, own, plain(sum)), columns < K && ` ${text.cut(columns, K)}`);
  };
  const scroll = (label: string, child: Node): HTMLElement =>
    h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": label }, child);
  return {
    element: h(
      "section",
      { class: "patches" },
      h("h3", {}, text.im2col),
      h("p", {}, text.im2colIntro(extents([rows, K]), extents([K, g.O]))),
      h("h4", {}, text.patches),
      scroll(text.patches, left.element),
      h("h4", {}, text.filterColumn),
      scroll(text.filterColumn, weights.element),
      says,
    ),
    show,
  };
}
