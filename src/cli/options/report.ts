/** @file Options of commands that report. */
import { flag, type Option, text, word } from "./option.ts";

export type ReportOptions = {
  readonly json: Option<boolean>;
  readonly markdown: Option<boolean>;
  readonly csv: Option<boolean>;
  readonly table: Option<string>;
  readonly html: Option<string | undefined>;
  readonly force: Option<boolean>;
};

export type ChartOptions = ReportOptions & { readonly svg: Option<string | undefined> };

/** Options of a report with tables. @param tables their names; --csv prints the first */
export function reportOptions([first, ...others]: readonly string[]): ReportOptions {
  const another = others.length > 0 ? `; --table NAME for another: ${others.join(", ")}` : "";
  return {
    json: flag("the same as JSON"),
    markdown: flag("the same as Markdown"),
    csv: flag(`the table ${first}, numbers as they are${another}`),
    table: word("NAME", [first, ...others], first, "for --csv"),
    html: text("FILE", "writes one page with everything"),
    force: flag("overwrites existing files"),
  };
}

/** Options of a report with tables and charts. */
export function chartOptions(tables: readonly string[]): ChartOptions {
  return { ...reportOptions(tables), svg: text("FOLDER", "writes each chart to its own file") };
}
