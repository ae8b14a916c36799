/** @file One of the three convolutions: its input, its filter, the sum as it grows, and its output. */
import { t } from "../text/language.ts";
import { type Child, fill, h } from "../view/h.ts";
import { extents, integer, plain } from "../view/numbers.ts";
import { type Cursor, type Extents, macsSoFar } from "./cursor.ts";
import { type Stage, termCount, termsOf, totalMacs } from "./experiment.ts";
import { type Grid, grid } from "./grid.ts";

export interface Panel {
  readonly element: HTMLElement;
  show(cursor: Cursor): void;
  /** A few words for screen readers. */
  says(): string;
}

/** Number of products written out around the current one. */
const WRITTEN = 9;

/** Columns that fit on every screen. */
const WIDE = 11;

export type Place = readonly [oh: number, ow: number, o: number];

/**
 * @param preview called with the output value under the pointer; null when the pointer leaves
 * @param goTo called with the output value that was clicked
 */
export function panel(
  stage: Stage,
  all: Extents,
  preview: (place: Place | null) => void,
  goTo: (place: Place) => void,
): Panel {
  const { kind, geometry: g, input, output } = stage;
  const text = t().step;
  const channels = Array.from({ length: g.C }, (_, c) => c);
  const [rows, columns] = [g.H + g.padTop + g.padBottom, g.W + g.padLeft + g.padRight];
  const inputs = channels.map((c) => grid(`${kind} x ${c}`, rows, columns, `${text.input} ${c}`));
  const taps = (kind === "depthwise" ? [0] : channels).map((c) =>
    grid(`${kind} w ${c}`, g.KH, g.KW, `${text.filter} ${c}`),
  );
  const outputs = Array.from({ length: g.O }, (_, o) =>
    grid(`${kind} y ${o}`, g.OH, g.OW, `${text.output} ${o}`, {
      over: (cell) => preview(cell && [...cell, o]),
      press: (cell) => goTo([...cell, o]),
    }),
  );
  const [sum, cost, filterTitle] = [h("p", { class: "sum" }), h("p", { class: "cost" }), h("h4")];
  const own = { channels: g.O, terms: termCount(stage) };
  const total = totalMacs(stage);

  const show = (cursor: Cursor): void => {
    const o = Math.min(cursor.o, g.O - 1);
    const isDone = cursor.o >= g.O;
    const terms = termsOf(stage, cursor.oh, cursor.ow, o);
    const added = isDone ? terms.length : Math.min(cursor.added, terms.length);
    const current = terms[added - 1];
    const under = new Set(terms.slice(0, added).map(({ ih, iw, c }) => `${c},${ih},${iw}`));
    const window = new Set(terms.map(({ ih, iw, c }) => `${c},${ih},${iw}`));
    inputs.forEach(({ paint }, c) => {
      paint((row, column) => {
        const [ih, iw] = [row - g.padTop, column - g.padLeft];
        const isInside = ih >= 0 && ih < g.H && iw >= 0 && iw < g.W;
        const key = `${c},${ih},${iw}`;
        return {
          value: isInside ? input.at(0, ih, iw, c) : 0,
          mark: under.has(key) ? "added" : window.has(key) ? "window" : undefined,
          isCurrent: current.c === c && current.ih === ih && current.iw === iw,
          isPadded: !isInside,
        };
      });
    });
    taps.forEach(({ paint }, i) => {
      const c = kind === "depthwise" ? terms[0].c : i;
      const ownTerms = terms.filter((term) => term.c === c);
      paint((kh, kw) => {
        const term = ownTerms[kh * g.KW + kw];
        return { value: term.w, mark: terms.indexOf(term) < added ? "added" : "window", isCurrent: term === current };
      });
    });
    outputs.forEach(({ paint }, own) => {
      paint((oh, ow) => {
        const before = (oh * g.OW + ow) * g.O + own;
        const here = (cursor.oh * g.OW + cursor.ow) * g.O + o;
        const isHere = before === here;
        const isComputed = before < here || (isHere && added === terms.length);
        return {
          value: isComputed ? output.at(0, oh, ow, own) : null,
          mark: isComputed ? "window" : undefined,
          isCurrent: isHere,
        };
      });
    });
    fill(filterTitle, text.filterOf(o, kind === "depthwise" ? terms[0].c : null));
    fill(sum, ...sumOf(terms, added, output.at(0, cursor.oh, cursor.ow, o)));
    const done = macsSoFar(cursor, all, own);
    fill(cost, h("strong", {}, integer(done)), ` ${text.macsOf(integer(total))}`);
    cost.style.setProperty("--share", String(done / total));
  };

  /** @param scrolled their label, if they may be wider than a phone */
  const grids = (of: readonly Grid[], scrolled: string | false = false): HTMLElement =>
    h(
      "div",
      { class: "grids", ...(scrolled !== false && { tabindex: 0, role: "group", "aria-label": scrolled }) },
      ...of.map(({ element }) => element),
    );
  const element = h(
    "article",
    { class: `panel ${kind}`, "data-kind": kind },
    h("header", {}, h("h3", {}, text.kinds[kind]), cost),
    h("p", { class: "formula" }, kind === "depthwise" && g.O > g.C ? text.formulaOfMultiplier : text.formulas[kind]),
    h("h4", {}, `${text.inputOf[kind]} ${extents([g.H, g.W, g.C])}`),
    grids(inputs, columns > WIDE && text.inputOf[kind]),
    h(
      "div",
      { class: "beside" },
      h("div", {}, filterTitle, grids(taps)),
      h("div", {}, h("h4", {}, `${text.output} ${extents([g.OH, g.OW, g.O])}`), grids(outputs)),
    ),
    sum,
  );
  return { element, show, says: () => `${text.kinds[kind]} ${sum.querySelector(".value")?.textContent ?? ""}` };
}

/** The products around the current one, and the sum so far; after the last product, the engine's result beside it. */
function sumOf(
  terms: readonly { readonly x: number; readonly w: number }[],
  added: number,
  fromEngine: number,
): Child[] {
  const from = Math.max(0, Math.min(added - Math.ceil(WRITTEN / 2), terms.length - WRITTEN));
  const shown = terms.slice(from, from + WRITTEN);
  const value = terms.slice(0, added).reduce((sum, { x, w }) => sum + x * w, 0);
  const isWhole = added === terms.length;
  return [
    from > 0 && "… + ",
    ...shown.map(({ x, w }, i) => {
      const place = from + i;
      const mark = place === added - 1 ? "term current" : place < added ? "term added" : "term";
      return h(
        "span",
        { class: mark },
        `${i > 0 ? " + " : ""}${i > 0 && x < 0 ? `(${plain(x)})` : plain(x)}·${w < 0 ? `(${plain(w)})` : plain(w)}`,
      );
    }),
    from + WRITTEN < terms.length && " + …",
    " = ",
    h("strong", { class: "value" }, plain(value)),
    isWhole &&
      h(
        "span",
        { class: Math.fround(value) === fromEngine ? "agrees" : "differs" },
        ` ${t().step.engine(plain(fromEngine), value !== fromEngine)}`,
      ),
  ];
}
