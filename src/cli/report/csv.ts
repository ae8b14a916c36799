/** @file The tables of a report as comma-separated values (RFC 4180, but for plain line ends): numbers as they are, not as they are shown. */
import type { Cell, Report } from "./report.ts";

/** Tables one below the other, an empty line between them; each begins with its titles. */
export function renderCsv({ parts }: Report): string {
  return parts
    .flatMap((part) => ("table" in part ? [part.table] : []))
    .map(({ columns, rows }) =>
      [columns.map(({ title, long }) => long ?? title), ...rows.filter((row) => row.length > 0)]
        .map((row) => row.map(field).join(","))
        .join("\n"),
    )
    .join("\n\n");
}

function field(cell: Cell): string {
  const text = cell === null ? "" : String(cell);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
