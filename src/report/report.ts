/** @file Contents of a report, whatever its output form: paragraphs, tables and charts. */
import { readingForeign } from "./foreign.ts";
import type { Chart } from "./forms/chart.ts";

/** A number (formatted by its column), a number of a single round, text, or empty. */
export type Cell = number | string | null | OneRound;

/** A value that was measured once. It is shown with a mark, because one round is not a measurement. */
export interface OneRound {
  readonly once: number;
}

/** Footnote that explains the mark. */
export const ONE_ROUND = "* of one round: an indication, not a measurement";

/** A measured number as a cell. */
export function measuredCell(value: number | null, rounds: number): Cell {
  return value !== null && rounds === 1 ? { once: value } : value;
}

/** A measured number as text, with the mark if it comes from one round. */
export function measuredWords(words: string, rounds: number): string {
  return rounds === 1 ? `${words}*` : words;
}

/** Title of a column in a data file, whose numbers have no mark. */
export function measuredTitle(title: string, rounds: number): string {
  return rounds === 1 ? `${title}, one round` : title;
}

/** A column of a table. */
export interface ReportColumn {
  readonly title: string;
  /** Title where a table is on its own, as in a data file. Default: `title`. */
  readonly long?: string;
  /** Unit of the numbers, for data files. The text from `show` includes its unit. */
  readonly unit?: string;
  /** Formats a number. Default: unformatted. Data files contain the number itself. */
  readonly show?: (value: number) => string;
  /** Default: left in the first column, right elsewhere. */
  readonly align?: "left" | "right";
  /**
   * If a screen is too narrow, all columns of the highest rank are omitted first, then those of the next; columns of
   * rank 0, the default, one by one from the right. The first column stays.
   */
  readonly rank?: number;
  /** Whether cells are sentences, which may be wrapped on a screen. Only for the last column. */
  readonly isProse?: boolean;
  /** On a screen: a heading above the rows that share it, or a line below each row. */
  readonly placement?: "above" | "below";
}

/** A table of a report. */
export interface ReportTable {
  /** Name for `--table`. */
  readonly name: string;
  readonly title: string;
  readonly columns: readonly ReportColumn[];
  /** A row without cells is a rule. */
  readonly rows: readonly (readonly Cell[])[];
}

/** One piece of a report: exactly one of these. */
export type Part = { readonly text: string } | { readonly table: ReportTable } | { readonly chart: Chart };

/** A report, independent of its form: a title and parts in order. */
export interface Report {
  readonly title: string;
  /** Where it comes from: the command, and for measurements the machine and day. Printed at the end of a page. */
  readonly origin: string;
  readonly parts: readonly Part[];
}

/** Formats a cell for display. */
export function shown(cell: Cell | undefined, column: ReportColumn): string {
  if (cell === null || cell === undefined) return "";
  if (typeof cell === "string") return cell;
  const value = typeof cell === "number" ? cell : cell.once;
  const words = column.show ? column.show(value) : String(value);
  return typeof cell === "number" ? words : `${words}*`;
}

export function alignOf({ align }: Pick<ReportColumn, "align">, index: number): "left" | "right" {
  return align ?? (index === 0 ? "left" : "right");
}

/**
 * Returns the tables of a report, in order.
 *
 * @throws ShapeError unless it is a report
 *
 * @example
 * tablesOf(countReport(countNetwork(fashionNet()))).map(({ name }) => name);
 * // ["operations", "parameters", "algorithms"]
 */
export function tablesOf(report: Report): readonly ReportTable[] {
  return readingReport("tablesOf", report, tablesIn);
}

/** The same, for a report that is being read. */
export function tablesIn({ parts }: Report): readonly ReportTable[] {
  return parts.flatMap((part) => ("table" in part ? [part.table] : []));
}

/**
 * Returns the charts of a report, in order; `drawChart` turns them into SVG.
 *
 * @throws ShapeError unless it is a report
 *
 * @example chartsOf(countReport(countNetwork(fashionNet()))).length; // 0
 */
export function chartsOf(report: Report): readonly Chart[] {
  return readingReport("chartsOf", report, ({ parts }) =>
    parts.flatMap((part) => ("chart" in part ? [part.chart] : [])),
  );
}

/** Reads a report that may come from anywhere. @throws ShapeError unless it is one */
export function readingReport<T>(op: string, report: Report, read: (report: Report) => T): T {
  return readingForeign(op, "report", report, "a report, such as compareReport returns", () => read(report));
}

/**
 * Makes a report from data that may come from anywhere.
 *
 * @param maker the function that returns such data
 * @throws ShapeError if the data is not of that shape
 */
export function reportOf(op: string, maker: string, data: unknown, make: () => Report): Report {
  return readingForeign(op, "data", data, `what ${maker} returns, or its JSON`, make);
}
