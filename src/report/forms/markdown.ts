/** @file A report as Markdown. */
import { visible } from "../../tensor/visible.ts";
import { alignOf, type Report, type ReportTable, readingReport, shown } from "../report.ts";

/**
 * Renders a report as Markdown, with its tables but without its charts.
 *
 * @throws ShapeError unless it is a report
 *
 * @example renderMarkdown(countReport(countNetwork(fashionNet()))).split("\n")[0]; // "# fashion_1.0_28"
 */
export function renderMarkdown(report: Report): string {
  return readingReport("renderMarkdown", report, markdownOf);
}

function markdownOf({ title, parts }: Report): string {
  const pieces = parts.flatMap((part): string[] => {
    if ("table" in part) return [markdownTable(part.table)];
    return "text" in part ? [escaped(part.text)] : [];
  });
  return [`# ${heading(title)}`, ...pieces].join("\n\n");
}

function markdownTable({ title, columns, rows }: ReportTable): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const lines = [
    line(columns.map((column) => inLine(column.title))),
    line(columns.map((column, i) => (alignOf(column, i) === "left" ? "---" : "--:"))),
    ...rows
      .filter((row) => row.length > 0)
      .map((row) => line(columns.map((column, i) => inLine(shown(row[i], column))))),
  ];
  return [...(title === "" ? [] : [`## ${heading(title)}`, ""]), ...lines].join("\n");
}

/** Escapes markup: names come from files. */
function escaped(text: string): string {
  return visible(text).replace(/[\\|_*`[\]<>]/g, "\\$&");
}

/** For a heading or a cell: also removes line breaks. */
function inLine(text: string): string {
  return escaped(text).replaceAll(/\s*\n\s*/g, " ");
}

/** Underscores within words need no escape. */
function heading(text: string): string {
  return inLine(text).replace(/(?<=\w)\\_(?=\w)/g, "_");
}
