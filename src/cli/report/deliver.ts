/** @file The ways a report leaves: to the screen in one of four forms, and to a file as a page. */

import { stat } from "node:fs/promises";
import { cpus } from "node:os";
import { type Arguments, UsageError } from "../command.ts";
import { checkWritable, writeWhole } from "../files.ts";
import { print, printJson } from "../terminal.ts";
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
  force: { type: "boolean" },
} as const;

export const REPORT_HELP = `  --json, --csv, --markdown  the same in that form
  --html FILE  writes one page with tables and charts; --force: even where the file exists`;

/** Asked before the work: which form, and whether the page can be written. @throws UsageError, FormatError */
export async function checkDelivery(command: string, given: Arguments): Promise<void> {
  const forms = ["json", "csv", "markdown"].filter((form) => given.flag(form));
  if (forms.length > 1) throw new UsageError(`${command}: --${forms[0]} and --${forms[1]}, needs one of them`);
  const file = given.text("html");
  if (file !== undefined) await checkOutput(command, file, given.flag("force"));
}

/** @throws UsageError for a file that exists, unless it may be replaced; FormatError for one that cannot be written */
export async function checkOutput(command: string, path: string, mayReplace: boolean): Promise<void> {
  if (path === "") throw new UsageError(`${command}: the name of the file to write is empty`);
  if (!mayReplace && (await stat(path).catch(() => null)) !== null) {
    throw new UsageError(`${command}: ${path} exists, needs a new name or --force`);
  }
  await checkWritable(path);
}

/** Prints a report in the form that was asked for and writes its page. @param data what `--json` prints */
export async function deliver(command: string, given: Arguments, report: Report, data: object): Promise<void> {
  if (given.flag("json")) printJson(data);
  else if (given.flag("csv")) print(renderCsv(report));
  else if (given.flag("markdown")) print(renderMarkdown(report));
  else print(renderText(report));
  const file = given.text("html");
  if (file !== undefined) {
    await writeWhole(
      file,
      renderHtml(report, `separable ${command}, ${machineName()}, ${new Date().toISOString().slice(0, 10)}`),
    );
  }
}

export function machineName(): string {
  return `${cpus()[0]?.model.trim() ?? "unknown processor"}, Node ${process.version}`;
}
