/** @file A report as Markdown. */
import { alignOf, type Report, type ReportTable, shown } from "./report.ts";

export function renderMarkdown({ title, parts }: Report): string {
  const pieces = parts.flatMap((part): string[] => {
    if ("table" in part) return [markdownTable(part.table)];
    return "text" in part ? [escaped(part.text)] : [];
  });
  return [`# ${title}`, ...pieces].join("\n\n");
}

function markdownTable({ title, columns, rows }: ReportTable): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const lines = [
    line(columns.map((column) => escaped(column.title))),
    line(columns.map((column, i) => (alignOf(column, i) === "left" ? "---" : "--:"))),
    ...rows
      .filter((row) => row.length > 0)
      .map((row) => line(columns.map((column, i) => escaped(shown(row[i], column))))),
  ];
  return [...(title === "" ? [] : [`## ${title}`, ""]), ...lines].join("\n");
}

function escaped(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("_", "\\_");
}
