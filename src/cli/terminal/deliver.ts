/** @file Outputs a report: to the screen in one of four forms, and to files as a page or charts. */
import { drawChart } from "../../report/forms/charts.ts";
import { renderCsv } from "../../report/forms/csv.ts";
import { renderHtml } from "../../report/forms/html.ts";
import { renderMarkdown } from "../../report/forms/markdown.ts";
import { renderText } from "../../report/forms/text.ts";
import { chartsOf, type Report, tablesOf } from "../../report/report.ts";
import type { Values } from "../options/option.ts";
import type { ReportOptions } from "../options/report.ts";
import { UsageError } from "../usage.ts";
import { checkFolder, checkNew, checkWritable, writeFolder, writeWhole } from "./files.ts";
import { print, printJson, screen, tell } from "./terminal.ts";

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
  if (json) printJson(data);
  else if (csv) printTable(command, given, report);
  else if (markdown) print(renderMarkdown(report));
  else print(renderText(report, screen()));
  if (folder !== undefined) {
    const files = chartsOf(report).map((chart) => [`${chart.file}.svg`, `${drawChart(chart, true)}\n`] as const);
    await writeFolder(folder, files);
  }
  if (file !== undefined) await writeWhole(file, renderHtml(report));
}

function printTable(command: string, { options: { table }, typed }: Delivery, report: Report): void {
  print(renderCsv(report, table));
  const others = tablesOf(report).flatMap(({ name }) => (name === table ? [] : [name]));
  if (others.length > 0 && !typed.has("table")) {
    tell(`${command}: the table ${table}; others: --table ${others.join(", ")}`);
  }
}
