/** @file Terminal output: colour only where it is wanted, progress only on a terminal. */
import { randomInt } from "node:crypto";
import { styleText } from "node:util";
import { PLAIN, type Screen } from "../../report/forms/screen.ts";
import { cut, visible, visibleJson } from "../../tensor/visible.ts";

type Style = Parameters<typeof styleText>[0];

/**
 * Placeholder for a style's escape character until the text is written. Each process draws it at random, so no name in
 * a file can contain it.
 */
const ESCAPE = String.fromCodePoint(...Array.from({ length: 4 }, () => 0xf0000 + randomInt(0xfffd)));

/** Text in a style; plain where the output is not a terminal or NO_COLOR is set. */
export function style(format: Style, text: string): string {
  if (!process.stdout.isTTY || process.env.NO_COLOR) return text;
  return styleText(format, visible(text)).replaceAll("\x1b", ESCAPE);
}

/** All output passes through here: escape sequences in names from files become text; those of styles take effect. */
function written(text: string): string {
  return visible(text).replaceAll(ESCAPE, "\x1b");
}

/** The terminal's columns and styles; for other outputs, the variable COLUMNS, or 80 columns. */
export function screen(): Screen {
  const told = Number(process.env.COLUMNS);
  const otherwise = Number.isInteger(told) && told > 0 ? told : PLAIN.columns;
  return { columns: (process.stdout.isTTY && process.stdout.columns) || otherwise, style };
}

export function print(text: string): void {
  process.stdout.write(`${written(text)}\n`);
}

export function printJson(value: unknown): void {
  print(visibleJson(JSON.stringify(value, null, 2)));
}

/** Maximum length of a message: some list the contents of a file. Longer ones lose their middle. */
const MAX_MESSAGE = 100_000;
const LAST = 2000;

/** Prints a message to standard error. */
export function tell(text: string): void {
  const isLong = text.length > MAX_MESSAGE;
  const short = isLong ? `${cut(text, MAX_MESSAGE - LAST)}\n…${text.slice(-LAST)}` : text;
  process.stderr.write(`${written(short)}\n`);
}

/** Shows progress on one line, which the next call replaces; does nothing if standard error is not a terminal. */
export function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${written(text)}`);
}

/** The progress of a measurement, as `onProgress`. */
export function showProgress(done: number, of: number): void {
  progress(`measuring: ${done} of ${of} rounds`);
}
