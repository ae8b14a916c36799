/** @file A table of a report as comma-separated values (RFC 4180, but with LF line ends). Numbers are not formatted. */
import { visible } from "../../tensor/visible.ts";
import type { Cell, ReportTable } from "./report.ts";

/** Renders one table, with a header of titles that include units. */
export function renderCsv({ columns, rows }: ReportTable): string {
  return [columns.map(({ title, long }) => long ?? title), ...rows.filter((row) => row.length > 0)]
    .map((row) => row.map(field).join(","))
    .join("\n");
}

function field(cell: Cell): string {
  const text = cell === null ? "" : typeof cell === "object" ? String(cell.once) : visible(String(cell));
  if (typeof cell === "string" && /^[=+\-@\t\r]./.test(text)) return quoted(`'${text}`); // not a formula
  return /[",\r\n]/.test(text) ? quoted(text) : text;
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
