/** @file Outputs a report: to the screen in one of four forms, and to files as a page or charts. */
import { cpus } from "node:os";
import { type Arguments, UsageError } from "../command.ts";
import { checkFolder, checkNew, checkWritable, writeFolder, writeWhole } from "../terminal/files.ts";
import { print, printJson, tell } from "../terminal/terminal.ts";
import { drawChart } from "./charts.ts";
import { renderCsv } from "./csv.ts";
import { renderHtml } from "./html.ts";
import { renderMarkdown } from "./markdown.ts";
import type { Report, ReportTable } from "./report.ts";
import { renderText } from "./text.ts";

/** Output options of a command that reports tables. */
export const REPORT_OPTIONS = {
  json: { type: "boolean" },
  csv: { type: "boolean" },
  table: { type: "string" },
  markdown: { type: "boolean" },
  html: { type: "string" },
  force: { type: "boolean" },
} as const;

/** @param tables their names; the first is the default */
export function reportHelp([first, ...others]: readonly string[]): string {
  const another = others.length > 0 ? `; --table NAME for another: ${others.join(", ")}` : "";
  return `  --json, --markdown  the same in that form
  --csv         the table ${first}, numbers as they are${another}
  --html FILE   writes one page with everything; --force: even where the file exists`;
}

/** Output options of a command that has charts too. */
export const CHART_OPTIONS: typeof REPORT_OPTIONS & { readonly svg: { readonly type: "string" } } = {
  ...REPORT_OPTIONS,
  svg: { type: "string" },
};

export function chartHelp(tables: readonly string[]): string {
  return `${reportHelp(tables)}
  --svg FOLDER  writes each chart to its own file`;
}

/** Checks the requested form and table, and that the files can be written. @throws UsageError, FormatError */
export async function checkDelivery(command: string, given: Arguments, tables: readonly string[]): Promise<void> {
  const forms = ["json", "csv", "markdown"].filter((form) => given.flag(form));
  if (forms.length > 1) throw new UsageError(`${command}: --${forms[0]} and --${forms[1]}, needs one of them`);
  if (given.text("table") !== undefined && !given.flag("csv")) throw new UsageError(`${command}: --table is for --csv`);
  given.word("table", tables[0], tables);
  const file = given.text("html");
  const folder = given.text("svg");
  for (const path of [file, folder]) if (path !== undefined) await checkNew(command, path, given.flag("force"));
  if (file !== undefined) await checkWritable(file, given.flag("force"));
  if (folder !== undefined) await checkFolder(folder);
}

/**
 * Prints a report in the requested form and writes its files.
 *
 * @param tables as for `checkDelivery`
 * @param data   what `--json` prints
 */
export async function deliver(
  command: string,
  given: Arguments,
  tables: readonly string[],
  report: Report,
  data: object,
): Promise<void> {
  const folder = given.text("svg");
  const charts = report.parts.flatMap((part) => ("chart" in part ? [part.chart] : []));
  if (given.flag("json")) printJson(data);
  else if (given.flag("csv")) printTable(command, given, tables[0], report);
  else if (given.flag("markdown")) print(renderMarkdown(report));
  else print(renderText(report));
  if (folder !== undefined) {
    await writeFolder(folder, new Map(charts.map((chart) => [`${chart.file}.svg`, `${drawChart(chart, true)}\n`])));
  }
  const file = given.text("html");
  if (file !== undefined) {
    await writeWhole(
      file,
      renderHtml(report, `separable ${command}, ${machineName()}, ${new Date().toISOString().slice(0, 10)}`),
    );
  }
}

function printTable(command: string, given: Arguments, first: string, { parts }: Report): void {
  const typed = given.text("table");
  const tables = parts.flatMap((part) => ("table" in part ? [part.table] : []));
  const wanted = tables.find(({ name }) => name === (typed ?? first)) as ReportTable; // checked
  print(renderCsv(wanted));
  const others = tables.filter((table) => table !== wanted).map(({ name }) => name);
  if (others.length > 0 && typed === undefined) {
    tell(`${command}: the table ${first}; others: --table ${others.join(", ")}`);
  }
}

/** Processor and engine, with the engine's flags: some affect every measured time. */
export function machineName(): string {
  return [`${cpus()[0]?.model.trim() ?? "unknown processor"}, Node ${process.version}`, ...process.execArgv].join(" ");
}
