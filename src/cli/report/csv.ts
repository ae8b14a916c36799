/**
 * @file A table of a report as comma-separated values (RFC 4180, but for plain line ends): numbers as they are, not as
 * they are shown.
 */
import { visible } from "../../tensor/visible.ts";
import type { Cell, ReportTable } from "./report.ts";

/** One table; it begins with its titles, units in them. */
export function renderCsv({ columns, rows }: ReportTable): string {
  return [columns.map(({ title, long }) => long ?? title), ...rows.filter((row) => row.length > 0)]
    .map((row) => row.map(field).join(","))
    .join("\n");
}

function field(cell: Cell): string {
  const text = cell === null ? "" : typeof cell === "object" ? String(cell.once) : visible(String(cell));
  if (typeof cell === "string" && /^[=+\-@\t\r]./.test(text)) return quoted(`'${text}`); // no formula of a spreadsheet
  return /[",\r\n]/.test(text) ? quoted(text) : text;
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
