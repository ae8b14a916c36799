/** @file The ways a report leaves: to the screen in one of four forms, and to a file as a page. */

import { cpus } from "node:os";
import { type Arguments, UsageError } from "../command.ts";
import { checkFolder, checkNew, checkWritable, writeFolder, writeWhole } from "../files.ts";
import { print, printJson } from "../terminal.ts";
import { drawChart } from "./charts.ts";
import { renderCsv } from "./csv.ts";
import { renderHtml } from "./html.ts";
import { renderMarkdown } from "./markdown.ts";
import type { Report } from "./report.ts";
import { renderText } from "./text.ts";

/** What a command that reports lets be typed, and how its help says it. */
export const REPORT_OPTIONS = {
  json: { type: "boolean" },
  csv: { type: "boolean" },
  markdown: { type: "boolean" },
  html: { type: "string" },
  svg: { type: "string" },
  force: { type: "boolean" },
} as const;

export const REPORT_HELP = `  --json, --csv, --markdown  the same in that form
  --html FILE   writes one page with tables and charts; --force: even where the file exists
  --svg FOLDER  writes each chart as a file of its own`;

/** Asked before the work: which form, and whether the page can be written. @throws UsageError, FormatError */
export async function checkDelivery(command: string, given: Arguments): Promise<void> {
  const forms = ["json", "csv", "markdown"].filter((form) => given.flag(form));
  if (forms.length > 1) throw new UsageError(`${command}: --${forms[0]} and --${forms[1]}, needs one of them`);
  const file = given.text("html");
  const folder = given.text("svg");
  for (const path of [file, folder]) if (path !== undefined) await checkNew(command, path, given.flag("force"));
  if (file !== undefined) await checkWritable(file);
  if (folder !== undefined) await checkFolder(folder);
}

/** Prints a report in the form that was asked for and writes its page. @param data what `--json` prints */
export async function deliver(command: string, given: Arguments, report: Report, data: object): Promise<void> {
  const folder = given.text("svg");
  const charts = report.parts.flatMap((part) => ("chart" in part ? [part.chart] : []));
  if (folder !== undefined && charts.length === 0) throw new UsageError(`${command}: has no charts for --svg`);
  if (given.flag("json")) printJson(data);
  else if (given.flag("csv")) print(renderCsv(report));
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

/** Processor and engine, with the engine's flags: some change every time. */
export function machineName(): string {
  return [`${cpus()[0]?.model.trim() ?? "unknown processor"}, Node ${process.version}`, ...process.execArgv].join(" ");
}
