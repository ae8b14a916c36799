/** @file Pieces of the SVG of every chart. */
import { colour } from "./chartStyle.ts";
import { escaped } from "./markup.ts";

/** Units of the image; a page scales them. */
export const WIDTH = 480;
export const LINE = 18;

/** What a chart draws. */
export interface Drawing {
  readonly height: number;
  readonly body: readonly string[];
}

/** Draws the legend: one line per series, a square of its colour and its name. */
export function key(names: readonly string[], y: number): string[] {
  return names.map(
    (name, i) =>
      `<rect ${colour(i)} x="8" y="${y - 10 + i * LINE}" width="10" height="10"/>${text(24, y - 0.5 + i * LINE, name)}`,
  );
}

export function text(x: number, y: number, words: string, anchor = ""): string {
  return `<text${anchor && ` class="${anchor}" text-anchor="${anchor}"`} x="${n(x)}" y="${n(y)}">${escaped(words)}</text>`;
}

/** A coordinate, to a tenth. */
export function n(value: number): string {
  return String(Number(value.toFixed(1)));
}
