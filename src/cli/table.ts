/** @file Tables of text: a line of titles, a rule, rows; numbers to the right. */
import { style } from "./terminal.ts";

export interface Column {
  readonly title: string;
  /** Default "right". */
  readonly align?: "left" | "right";
}

/** The table as lines. Rows of no cells become rules. */
export function table(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map(({ title }, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ align = "right" }, i) => (align === "left" ? cells[i].padEnd(widths[i]) : cells[i].padStart(widths[i])))
      .join("  ")
      .trimEnd();
  const rule = widths.map((width) => "─".repeat(width)).join("──");
  const body = rows.map((row) => (row.length === 0 ? rule : line(row)));
  return [style("bold", line(columns.map(({ title }) => title))), rule, ...body].join("\n");
}
