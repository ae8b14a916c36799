/**
 * @file An image as a grid of numbers whose cells can be marked. Drawn on a canvas, because rebuilding a thousand cells
 * as elements would take longer than a frame.
 */
import { h } from "../view/h.ts";
import { type Look, look } from "../view/look.ts";
import { plain } from "../view/numbers.ts";

export interface Cell {
  /** null for an empty one. */
  readonly value: number | null;
  /** The learner's position. */
  readonly isCurrent?: boolean;
  /** Under the window, or already in the sum. */
  readonly mark?: "window" | "added" | undefined;
  /** In the padding. */
  readonly isPadded?: boolean;
}

export interface Grid {
  readonly element: HTMLElement;
  paint(cell: (row: number, column: number) => Cell): void;
}

/** Milliseconds after which its numbers are put into words: it takes too long for a frame. */
const REST = 150;

/** Pixels between cells. */
const GAP = 1;

interface Frame {
  readonly element: HTMLElement;
  readonly canvas: HTMLCanvasElement;
}

/**
 * Canvases by place, each in a frame that shows the part needed. A rebuilt grid reuses its canvas, and canvases only
 * grow, because creating or resizing one is slow.
 */
const kept = new Map<string, Frame>();

function frameFor(place: string): Frame {
  const known = kept.get(place);
  if (known) return known;
  const canvas = h("canvas", { width: 1, height: 1 });
  const frame = { element: h("div", { role: "img" }, canvas), canvas };
  kept.set(place, frame);
  return frame;
}

type CellPlace = readonly [row: number, column: number];

export interface Pick {
  /** Called with the cell under the mouse; null when the mouse leaves. */
  over(cell: CellPlace | null): void;
  /** Called with the cell that was clicked. */
  press(cell: CellPlace): void;
}

/** @param place key of its canvas, the same whenever the grid is rebuilt */
export function grid(place: string, rows: number, columns: number, label: string, pick?: Pick): Grid {
  const { element, canvas } = frameFor(place);
  element.className = pick ? "grid pickable" : "grid";
  // In memory, not on the GPU, where many small canvases are slow.
  const context = canvas.getContext("2d", { willReadFrequently: true });
  let shown = "";
  let speaking: ReturnType<typeof setTimeout> | undefined;
  if (pick) {
    let last = -1;
    const cellAt = ({ offsetX, offsetY }: MouseEvent): CellPlace | null => {
      const step = look().cell + GAP;
      const [row, column] = [Math.floor(offsetY / step), Math.floor(offsetX / step)];
      return row < 0 || column < 0 || row >= rows || column >= columns ? null : [row, column];
    };
    element.onpointermove = (event) => {
      const cell = event.pointerType === "mouse" ? cellAt(event) : null;
      const under = cell === null ? -1 : cell[0] * columns + cell[1];
      if (cell === null || under === last) return;
      last = under;
      pick.over(cell);
    };
    element.onpointerleave = () => {
      if (last !== -1) pick.over(null);
      last = -1;
    };
    element.onclick = (event) => {
      const cell = cellAt(event);
      if (cell !== null) pick.press(cell);
    };
  }
  return {
    element,
    paint: (cell) => {
      const own = look();
      const cells = Array.from({ length: rows * columns }, (_, i) => cell(Math.floor(i / columns), i % columns));
      const key = `${own.key} ${cells.map((one) => `${one.value},${one.mark},${one.isCurrent},${one.isPadded}`).join(";")}`;
      if (key === shown || context === null) return;
      shown = key;
      clearTimeout(speaking);
      speaking = setTimeout(() => element.setAttribute("aria-label", `${label}: ${spoken(cells, columns)}`), REST);
      const step = own.cell + GAP;
      const [width, height] = [columns * step, rows * step];
      element.style.width = `${width}px`;
      element.style.height = `${height}px`;
      const [pixelsWide, pixelsHigh] = [Math.round(width * own.ratio), Math.round(height * own.ratio)];
      if (canvas.width < pixelsWide || canvas.height < pixelsHigh || canvas.dataset.look !== own.key) {
        canvas.width = Math.max(canvas.width, pixelsWide);
        canvas.height = Math.max(canvas.height, pixelsHigh);
        canvas.style.width = `${canvas.width / own.ratio}px`;
        canvas.dataset.look = own.key;
      }
      context.setTransform(own.ratio, 0, 0, own.ratio, 0, 0);
      context.clearRect(0, 0, width, height);
      context.font = own.font;
      context.textAlign = "center";
      context.textBaseline = "middle";
      cells.forEach((one, i) => {
        draw(context, own, one, (i % columns) * step, Math.floor(i / columns) * step);
      });
    },
  };
}

/** The numbers row by row, for screen readers. */
function spoken(cells: readonly Cell[], columns: number): string {
  const rows = Array.from({ length: Math.ceil(cells.length / columns) }, (_, row) =>
    cells
      .slice(row * columns, (row + 1) * columns)
      .map(({ value }) => (value === null ? "–" : plain(value)))
      .join(" "),
  );
  return rows.join("; ");
}

function draw(
  context: CanvasRenderingContext2D,
  own: Look,
  { value, mark, isCurrent, isPadded }: Cell,
  x: number,
  y: number,
): void {
  const { cell, colours } = own;
  context.fillStyle = mark === "added" ? colours.added : mark === "window" ? colours.window : colours.paper;
  context.fillRect(x, y, cell, cell);
  context.setLineDash(isPadded && !isCurrent ? [2, 2] : []);
  context.lineWidth = isCurrent ? 3 : 1;
  context.strokeStyle = isCurrent || mark ? colours.ink : colours.line;
  const inset = context.lineWidth / 2;
  context.strokeRect(x + inset, y + inset, cell - 2 * inset, cell - 2 * inset);
  if (value === null) return;
  context.fillStyle = mark === "added" ? colours["added-ink"] : isPadded && !mark ? colours.soft : colours.ink;
  const text = plain(value);
  // Fitting a text to a width requires measuring it, so only texts that may be too wide are fitted.
  if (text.length > 3) context.fillText(text, x + cell / 2, y + cell / 2 + 1, cell - 4);
  else context.fillText(text, x + cell / 2, y + cell / 2 + 1);
}
