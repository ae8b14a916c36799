/** @file A report as text. */
import { checkRecord, ShapeError, show } from "../../tensor/errors.ts";
import { visible } from "../../tensor/visible.ts";
import { type Part, type Report, type ReportTable, readingReport, shown } from "../report.ts";
import { PLAIN, type Screen } from "./screen.ts";
import { table, wrapped } from "./table.ts";

/**
 * Renders a report as text: paragraphs are wrapped, and tables omit the columns that do not fit and name them. Charts
 * are omitted: the tables contain their data.
 *
 * @param screen its width and styles; default 80 columns without styles
 *
 * @throws ShapeError unless it is a report
 *
 * @example renderText(countReport(countNetwork(fashionNet()))).split("\n")[0]; // "fashion_1.0_28"
 */
export function renderText(report: Report, screen: Screen = PLAIN): string {
  const { columns, style } = checkRecord("renderText", "screen", screen) as Screen;
  if (!(columns > 0) || typeof style !== "function") {
    throw new ShapeError(`renderText: screen is ${show(screen)}, needs { columns, style }`);
  }
  return readingReport("renderText", report, ({ title, parts }) => {
    return `${heading(title, screen)}\n\n${renderParts(parts, screen)}`;
  });
}

/** Renders some parts only. */
export function renderParts(parts: readonly Part[], screen: Screen): string {
  const pieces = parts.flatMap((part): string[] => {
    if ("table" in part) return [textTable(part.table, screen)];
    return "text" in part ? [paragraph(part.text, screen)] : [];
  });
  return pieces.join("\n\n");
}

function textTable({ title, columns, rows }: ReportTable, screen: Screen): string {
  const grid = table(
    columns,
    rows.map((row) => (row.length === 0 ? [] : columns.map((column, i) => shown(row[i], column)))),
    screen,
  );
  return title === "" ? grid : `${heading(title, screen)}\n\n${grid}`;
}

function heading(title: string, screen: Screen): string {
  return screen.style("bold", paragraph(title, screen));
}

/** Wraps text to the screen. */
export function paragraph(text: string, { columns }: Screen): string {
  return visible(text)
    .split("\n")
    .flatMap((line) => wrapped(line, columns))
    .join("\n");
}
