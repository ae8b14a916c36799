/** @file What a command has to say, before it is known how it will be shown: paragraphs, tables and charts. */
import type { Chart } from "./charts.ts";

/** A number, shown as its column says; words; or nothing. */
export type Cell = number | string | null;

export interface ReportColumn {
  readonly title: string;
  /** The title where a table stands alone, as in a file of data. Default: the same. */
  readonly long?: string;
  /** How a number is shown. Default: as it is. Files of data get the number itself. */
  readonly show?: (value: number) => string;
  /** Default: words to the left in the first column, everything else to the right. */
  readonly align?: "left" | "right";
}

export interface ReportTable {
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
  return column.show ? column.show(cell) : String(cell);
}

export function alignOf({ align }: ReportColumn, index: number): "left" | "right" {
  return align ?? (index === 0 ? "left" : "right");
}
