/** @file Terminal output: colour only where it is wanted, progress only on a terminal. */
import { randomInt } from "node:crypto";
import { styleText } from "node:util";
import { cut, visible, visibleJson } from "../../tensor/visible.ts";

type Style = Parameters<typeof styleText>[0];

/**
 * Placeholder for a style's escape character until the text is written. No name in a file can contain it, because each
 * process draws it at random.
 */
const ESCAPE = String.fromCodePoint(...Array.from({ length: 4 }, () => 0xf0000 + randomInt(0xfffd)));

/** Text in a style; plain where the output is not a terminal or NO_COLOR is set. */
export function style(format: Style, text: string): string {
  if (!process.stdout.isTTY || process.env.NO_COLOR) return text;
  return styleText(format, visible(text)).replaceAll("\x1b", ESCAPE);
}

/** All output passes through here: escape sequences in names from files become text, those of styles take effect. */
function written(text: string): string {
  return visible(text).replaceAll(ESCAPE, "\x1b");
}

/** Default width of a screen. */
const COLUMNS = 80;

/** Columns of the terminal; for other outputs, the variable COLUMNS, or 80. */
export function screenColumns(): number {
  const told = Number(process.env.COLUMNS);
  return (process.stdout.isTTY && process.stdout.columns) || (Number.isInteger(told) && told > 0 ? told : COLUMNS);
}

export function print(text: string): void {
  process.stdout.write(`${written(text)}\n`);
}

export function printJson(value: unknown): void {
  print(visibleJson(JSON.stringify(value, null, 2)));
}

/** Maximum length of a message: some list the contents of a file. The middle of a longer one is left out. */
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

/** Reports the progress of a measurement, as `onRound` of the timings. */
export function showRounds(what = ""): (round: number, of: number) => void {
  return (round, of) => progress(`${what}${round === 0 ? "warming up" : `round ${round} of ${of}`}`);
}

/** 568740352 → 568,740,352 */
export function integer(value: number): string {
  return value.toLocaleString("en-US");
}

/** Two or three significant digits with a suitable unit: 4.2 µs, 0.42 ms, 42.0 ms, 4.20 s. */
export function duration(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)} s`;
  if (ms < 0.1) return `${(ms * 1000).toFixed(1)} µs`;
  return `${ms.toFixed(ms >= 100 ? 0 : ms >= 10 ? 1 : 2)} ms`;
}

/** 8.5583 → 8.56× */
export function ratio(value: number): string {
  return `${value.toFixed(2)}×`;
}

/** 0.87654 → 87.7 % */
export function percent(share: number, digits: number = 1): string {
  return `${(share * 100).toFixed(digits)} %`;
}

/** 3725 → 1:02:05; 65 → 1:05 */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const minutes = h > 0 ? `${h}:${String(m).padStart(2, "0")}` : String(m);
  return `${minutes}:${String(s).padStart(2, "0")}`;
}

/** 16384 → 16 KiB */
export function size(bytes: number): string {
  const power = bytes >= 2 ** 30 ? 3 : bytes >= 2 ** 20 ? 2 : bytes >= 2 ** 10 ? 1 : 0;
  const value = bytes / 2 ** (10 * power);
  return `${power === 0 ? bytes : Number(value.toPrecision(3))} ${["bytes", "KiB", "MiB", "GiB"][power]}`;
}
