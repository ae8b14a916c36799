/** @file A figure for screen readers: a sentence that is announced, and its numbers as a table. */
import { story } from "../text/language.ts";
import { fill, h } from "../view/h.ts";
import type { Figure, View } from "./figure.ts";

export interface ReadOut {
  readonly elements: readonly HTMLElement[];
  /** Announces what the figure shows. */
  say(): void;
  /** Writes the table once nothing moves: it takes too long for a frame. */
  tabulateLater(): void;
}

/** Milliseconds after which a figure counts as at rest. */
const REST = 120;

export function readOut(figure: Figure, view: () => View): ReadOut {
  const [said, table] = [h("p", { class: "said", role: "status" }), h("div", { class: "said" })];
  let waiting: ReturnType<typeof setTimeout> | undefined;
  const tabulate = (): void => {
    const [[title], ...rows] = figure.numbers(view());
    const key = JSON.stringify([title, rows]);
    if (table.dataset.key === key) return;
    table.dataset.key = key;
    const lines = rows.map(([first, ...rest]) =>
      h("tr", {}, h("th", { scope: "row" }, first), ...rest.map((one) => h("td", {}, one))),
    );
    fill(table, h("table", {}, h("caption", {}, `${story().numbers}: ${title}`), h("tbody", {}, ...lines)));
  };
  return {
    elements: [said, table],
    say: () => {
      said.textContent = figure.says(view());
    },
    tabulateLater: () => {
      clearTimeout(waiting);
      waiting = setTimeout(tabulate, REST);
    },
  };
}
