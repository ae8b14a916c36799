/** @file A picture as a grid of numbers whose cells can be marked. */
import { h } from "../view/h.ts";
import { plain } from "../view/numbers.ts";

export interface Grid {
  readonly element: HTMLElement;
  /** Number and mark of each cell, row by row. Only what changed is touched: a step repaints hundreds of cells in a frame. */
  paint(cell: (row: number, column: number) => readonly [value: number | null, mark: string]): void;
}

/** @param pick told which cell the pointer is over */
export function grid(rows: number, columns: number, label: string, pick?: (row: number, column: number) => void): Grid {
  const cells = Array.from({ length: rows * columns }, () => h("span", { class: "cell" }));
  const shown = cells.map(() => "");
  const element = h(
    "div",
    { class: pick ? "grid pickable" : "grid", style: `--columns: ${columns}`, role: "img", "aria-label": label },
    ...cells,
  );
  if (pick) {
    const over = (event: Event): void => {
      const i = cells.indexOf(event.target as HTMLSpanElement);
      if (i >= 0) pick(Math.floor(i / columns), i % columns);
    };
    element.addEventListener("pointerover", over);
    element.addEventListener("pointerdown", over);
  }
  return {
    element,
    paint: (cell) => {
      cells.forEach((span, i) => {
        const [value, mark] = cell(Math.floor(i / columns), i % columns);
        const text = value === null ? "" : plain(value);
        const key = `${text} ${mark}`;
        if (shown[i] === key) return;
        shown[i] = key;
        span.textContent = text;
        span.className = `cell ${mark}`;
      });
    },
  };
}
