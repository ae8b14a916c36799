/** @file Outputs a report: to the screen in one of four forms, and to files as a page or charts. */
import { cpus } from "node:os";
import type { Values } from "../options/option.ts";
import type { ReportOptions } from "../options/report.ts";
import { checkFolder, checkNew, checkWritable, writeFolder, writeWhole } from "../terminal/files.ts";
import { print, printJson, tell } from "../terminal/terminal.ts";
import { UsageError } from "../usage.ts";
import { drawChart } from "./charts.ts";
import { renderCsv } from "./csv.ts";
import { renderHtml } from "./html.ts";
import { renderMarkdown } from "./markdown.ts";
import type { Report, ReportTable } from "./report.ts";
import { renderText } from "./text.ts";

/** The output options as they were typed. */
export interface Delivery {
  readonly options: Values<ReportOptions> & { readonly svg?: string | undefined };
  readonly typed: ReadonlySet<string>;
}

/** Checks the requested form and table, and that the files can be written. @throws UsageError, FormatError */
export async function checkDelivery(command: string, { options, typed }: Delivery): Promise<void> {
  const { csv, html, svg, force } = options;
  const forms = (["json", "csv", "markdown"] as const).filter((form) => options[form]);
  if (forms.length > 1) throw new UsageError(`${command}: --${forms[0]} and --${forms[1]}, needs one of them`);
  if (typed.has("table") && !csv) throw new UsageError(`${command}: --table is for --csv`);
  for (const path of [html, svg]) if (path !== undefined) await checkNew(command, path, force);
  if (html !== undefined) await checkWritable(html, force);
  if (svg !== undefined) await checkFolder(svg);
}

/**
 * Prints a report in the requested form and writes its files.
 *
 * @param data what `--json` prints
 */
export async function deliver(command: string, given: Delivery, report: Report, data: object): Promise<void> {
  const { json, csv, markdown, html: file, svg: folder } = given.options;
  const charts = report.parts.flatMap((part) => ("chart" in part ? [part.chart] : []));
  if (json) printJson(data);
  else if (csv) printTable(command, given, report);
  else if (markdown) print(renderMarkdown(report));
  else print(renderText(report));
  if (folder !== undefined) {
    await writeFolder(folder, new Map(charts.map((chart) => [`${chart.file}.svg`, `${drawChart(chart, true)}\n`])));
  }
  if (file !== undefined) {
    await writeWhole(
      file,
      renderHtml(report, `separable ${command}, ${machineName()}, ${new Date().toISOString().slice(0, 10)}`),
    );
  }
}

function printTable(command: string, { options, typed }: Delivery, { parts }: Report): void {
  const { table } = options;
  const tables = parts.flatMap((part) => ("table" in part ? [part.table] : []));
  const wanted = tables.find(({ name }) => name === table) as ReportTable; // checked
  print(renderCsv(wanted));
  const others = tables.filter((table) => table !== wanted).map(({ name }) => name);
  if (others.length > 0 && !typed.has("table")) {
    tell(`${command}: the table ${table}; others: --table ${others.join(", ")}`);
  }
}

/** Processor and engine, with the engine's flags: some affect every measured time. */
export function machineName(): string {
  return [`${cpus()[0]?.model.trim() ?? "unknown processor"}, Node ${process.version}`, ...process.execArgv].join(" ");
}
