/** @file Text tables that fit the screen: titles, a rule, rows; numbers to the right. */
import { cut, visible } from "../../tensor/visible.ts";
import { alignOf, type ReportColumn } from "../report.ts";
import type { Screen } from "./screen.ts";

/** The parts of a report's column that matter on a screen. */
type Column = Pick<ReportColumn, "title" | "align" | "rank" | "isProse" | "placement">;

const GAP = "  ";
const INDENT = "  ";

/** Minimum width of a column of sentences. */
const MIN_PROSE = 24;

/** Renders a table. Empty rows become rules. Columns that do not fit are left out, and a line below names them. */
export function table(
  given: readonly Column[],
  givenRows: readonly (readonly string[])[],
  { columns: width, style }: Screen,
): string {
  const all = given.map((column, i) => {
    return { ...column, title: inOneLine(column.title, column), align: alignOf(column, i) };
  });
  const allRows = givenRows.map((row) => row.map((cell, i) => inOneLine(cell, all[i])));
  const columns = all.filter(({ placement }) => placement === undefined);
  const at = (placement: Column["placement"]): number => all.findIndex((column) => column.placement === placement);
  const [above, below] = [at("above"), at("below")];
  const indent = above === -1 ? "" : INDENT;
  const rows = allRows.map((row) => {
    const [first, ...others] = row.filter((_, i) => all[i].placement === undefined);
    return row.length === 0 ? row : [indent + first, ...others];
  });
  const longest = columns.map(({ title }, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const min = columns.map(({ isProse }, i) => (isProse ? Math.min(MIN_PROSE, longest[i]) : longest[i]));
  const kept = fitting(columns, min, width);
  const spare = Math.max(0, width - widthOf(kept, min));
  const widths = columns.map(({ isProse }, i) => (isProse ? Math.min(min[i] + spare, longest[i]) : min[i]));

  const line = (cells: readonly string[]): string =>
    kept
      .map((i) => (columns[i].align === "left" ? cells[i].padEnd(widths[i]) : cells[i].padStart(widths[i])))
      .join(GAP)
      .trimEnd();
  const lines = (cells: readonly string[]): string => {
    const parts = cells.map((cell, i) => (columns[i].isProse ? wrapped(cell, widths[i]) : [cell]));
    const height = Math.max(...parts.map(({ length }) => length));
    return Array.from({ length: height }, (_, l) => line(parts.map((part) => part[l] ?? ""))).join("\n");
  };
  const rule = "─".repeat(widthOf(kept, widths));
  const body = rows.flatMap((row, i) => {
    if (row.length === 0) return [rule];
    const heading = allRows[i][above];
    const isNew = heading !== undefined && heading !== allRows[i - 1]?.[above];
    const note = allRows[i][below] ?? "";
    const noteLines = note === "" ? [] : wrapped(note, width - 2 * INDENT.length - indent.length);
    return [
      ...(isNew ? [heading] : []),
      lines(row),
      ...noteLines.map((words) => `${indent}${INDENT.repeat(2)}${words}`),
    ];
  });
  const missing = [...new Set(columns.filter((_, i) => !kept.includes(i)).map(({ title }) => title))];
  const note = `left out at ${width} columns: ${missing.join(", ")}`;
  return [
    style("bold", line(columns.map(({ title }) => title))),
    rule,
    ...body,
    ...(missing.length > 0 ? wrapped(note, width).map((words) => style("dim", words)) : []),
  ].join("\n");
}

/** Maximum length of a cell other than a sentence: names from files may be arbitrarily long. */
const MAX_LETTERS = 120;

function inOneLine(cell: string, { isProse, placement }: Column): string {
  const line = visible(cell).replaceAll(/[\n\t]+/g, " ");
  return isProse || placement === "below" ? line : cut(line, MAX_LETTERS);
}

/** Returns the indices of the columns that are shown. */
function fitting(columns: readonly Column[], widths: readonly number[], screen: number): readonly number[] {
  const rankOf = (i: number): number => columns[i].rank ?? 0;
  let kept = columns.map((_, i) => i);
  while (widthOf(kept, widths) > screen && kept.length > 1) {
    const [first, ...others] = kept;
    const highest = Math.max(...others.map(rankOf));
    kept = [first, ...(highest > 0 ? others.filter((i) => rankOf(i) < highest) : others.slice(0, -1))];
  }
  return kept;
}

function widthOf(kept: readonly number[], widths: readonly number[]): number {
  return kept.reduce((sum, i) => sum + widths[i], GAP.length * (kept.length - 1));
}

/** Wraps a sentence. */
export function wrapped(sentence: string, width: number): string[] {
  const lines = [""];
  for (const word of sentence.split(" ")) {
    const last = lines[lines.length - 1];
    if (last !== "" && last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
  }
  return lines;
}
