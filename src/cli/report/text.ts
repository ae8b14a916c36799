/** @file A report as text for a terminal. */
import { table, wrapped } from "../terminal/table.ts";
import { screenColumns, style } from "../terminal/terminal.ts";
import { alignOf, type Report, type ReportTable, shown } from "./report.ts";

export function renderText({ title, parts }: Pick<Report, "title" | "parts">): string {
  return `${heading(title)}\n\n${renderParts(parts)}`;
}

/** Charts are left out: the tables contain their data. */
export function renderParts(parts: Report["parts"]): string {
  const pieces = parts.flatMap((part): string[] => {
    if ("table" in part) return [textTable(part.table)];
    return "text" in part ? [paragraph(part.text)] : [];
  });
  return pieces.join("\n\n");
}

function textTable({ title, columns, rows }: ReportTable): string {
  const grid = table(
    columns.map((column, i) => ({ ...column, align: alignOf(column, i) })),
    rows.map((row) => (row.length === 0 ? [] : columns.map((column, i) => shown(row[i], column)))),
  );
  return title === "" ? grid : `${heading(title)}\n\n${grid}`;
}

function heading(title: string): string {
  return style("bold", paragraph(title));
}

/** Wraps text to the screen. */
export function paragraph(text: string): string {
  return text
    .split("\n")
    .flatMap((line) => wrapped(line, screenColumns()))
    .join("\n");
}
