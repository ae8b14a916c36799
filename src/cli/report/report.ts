/** @file What a command has to say, before it is known how it will be shown: paragraphs, tables and charts. */
import type { Chart } from "./charts.ts";

/** A number, shown as its column says; one of a single round; words; or nothing. */
export type Cell = number | string | null | OneRound;

/** What was measured once. It is shown with a mark, because one round is not a measurement. */
export interface OneRound {
  readonly once: number;
}

/** What the mark says, below a report that has one. */
export const ONE_ROUND = "* of one round: an indication, not a measurement";

/** A measured number as a cell. */
export function measuredCell(value: number | null, rounds: number): Cell {
  return value !== null && rounds === 1 ? { once: value } : value;
}

/** A measured number in words. */
export function measuredWords(words: string, rounds: number): string {
  return rounds === 1 ? `${words}*` : words;
}

/** Titles of a column of data, which has no marks. */
export function measuredTitle(title: string, rounds: number): string {
  return rounds === 1 ? `${title}, one round` : title;
}

export interface ReportColumn {
  readonly title: string;
  /** The title where a table stands alone, as in a file of data. Default: the same. */
  readonly long?: string;
  /** How a number is shown. Default: as it is. Files of data get the number itself. */
  readonly show?: (value: number) => string;
  /** Default: words to the left in the first column, everything else to the right. */
  readonly align?: "left" | "right";
  /** Where a screen is too narrow for all columns, those of the highest rank go first. Default 0. */
  readonly rank?: number;
  /** Whether cells are sentences, which a screen may cut into lines. Only for the last column. */
  readonly isProse?: boolean;
  /** On a screen: a heading above the rows that share it, or a line below each row. */
  readonly placement?: "above" | "below";
}

export interface ReportTable {
  /** By which a file of data is asked for. */
  readonly name: string;
  readonly title: string;
  readonly columns: readonly ReportColumn[];
  /** A row without cells is a rule. */
  readonly rows: readonly (readonly Cell[])[];
}

/** One piece of a report: exactly one of these. */
export type Part = { readonly text: string } | { readonly table: ReportTable } | { readonly chart: Chart };

export interface Report {
  readonly title: string;
  readonly parts: readonly Part[];
}

/** A cell as people read it. */
export function shown(cell: Cell | undefined, column: ReportColumn): string {
  if (cell === null || cell === undefined) return "";
  if (typeof cell === "string") return cell;
  const value = typeof cell === "number" ? cell : cell.once;
  const words = column.show ? column.show(value) : String(value);
  return typeof cell === "number" ? words : `${words}*`;
}

export function alignOf({ align }: ReportColumn, index: number): "left" | "right" {
  return align ?? (index === 0 ? "left" : "right");
}
