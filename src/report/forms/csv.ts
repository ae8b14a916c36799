/** @file A table of a report as comma-separated values (RFC 4180, but with LF line ends). */
import { oneOf } from "../../tensor/errors.ts";
import { visible } from "../../tensor/visible.ts";
import { type Cell, type Report, type ReportTable, readingReport, tablesIn } from "../report.ts";

/**
 * Returns one table of a report as comma-separated values: a header of titles with units, then unformatted numbers.
 *
 * @param name of the table; default the first one
 * @throws ShapeError if the report has no such table
 *
 * @example renderCsv(summaryReport(summarizeNetwork(fashionNet())), "types").split("\n")[1];
 */
export function renderCsv(report: Report, name?: string): string {
  return readingReport("renderCsv", report, (own) => {
    const tables = tablesIn(own);
    const names = tables.map((table) => table.name);
    const chosen = name === undefined ? tables[0] : tables[names.indexOf(oneOf("renderCsv", "table", name, names))];
    return chosen === undefined ? "" : csvOf(chosen);
  });
}

function csvOf({ columns, rows }: ReportTable): string {
  const titles = columns.map(({ title, long, unit }) => [long ?? title, unit].filter((part) => part).join(", "));
  return [titles, ...rows.filter((row) => row.length > 0)].map((row) => row.map(field).join(",")).join("\n");
}

function field(cell: Cell): string {
  const text = cell === null ? "" : typeof cell === "object" ? String(cell.once) : visible(String(cell));
  if (typeof cell === "string" && /^[=+\-@\t\r]./.test(text)) return quoted(`'${text}`); // not a formula
  return /[",\r\n]/.test(text) ? quoted(text) : text;
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
