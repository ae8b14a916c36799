/** @file A report on a terminal. */
import { table } from "../table.ts";
import { style } from "../terminal.ts";
import { alignOf, type Report, type ReportTable, shown } from "./report.ts";

/** Charts are left out: what they show is in the tables. */
export function renderText({ title, parts }: Report): string {
  const pieces = parts.flatMap((part): string[] => {
    if ("table" in part) return [textTable(part.table)];
    return "text" in part ? [part.text.split("\n").flatMap(wrapped).join("\n")] : [];
  });
  return [style("bold", title), ...pieces].join("\n\n");
}

const LINE_LETTERS = 120;

/** A sentence as lines that fit a terminal. */
function wrapped(sentence: string): string[] {
  const lines = [""];
  for (const word of sentence.split(" ")) {
    const last = lines[lines.length - 1];
    if (last !== "" && last.length + word.length >= LINE_LETTERS) lines.push(word);
    else lines[lines.length - 1] = last === "" ? word : `${last} ${word}`;
  }
  return lines;
}

function textTable({ title, columns, rows }: ReportTable): string {
  const grid = table(
    columns.map((column, i) => ({ title: column.title, align: alignOf(column, i) })),
    rows.map((row) => (row.length === 0 ? [] : columns.map((column, i) => shown(row[i], column)))),
  );
  return title === "" ? grid : `${style("bold", title)}\n\n${grid}`;
}
