/** @file The help of a command, from its table of options. */
import { type Options, optionOf } from "./option.ts";

/** Maximum column at which explanations begin; a longer option is on a separate line. */
const MAX_INDENT = 24;

/** @param usage text after the command's name, one line each @param notes paragraphs after the options */
export function helpOf(
  name: string,
  usage: readonly string[],
  about: string,
  options: Options,
  notes: readonly string[],
): string {
  const lines = usage.map((line, i) => `${i === 0 ? "Usage:" : "      "} separable ${name} ${line}`.trimEnd());
  return [lines.join("\n"), about, optionLines(options), ...notes].filter((part) => part !== "").join("\n\n");
}

function optionLines(options: Options): string {
  const rows = Object.entries(options).map(([key, { value, help }]) => {
    return { typed: `  --${optionOf(key)}${value === undefined ? "" : ` ${value}`}`, help };
  });
  const indent = Math.min(MAX_INDENT, Math.max(0, ...rows.map(({ typed }) => typed.length)) + 2);
  return rows
    .map(({ typed, help }) => {
      const explained = help.replaceAll("\n", `\n${" ".repeat(indent)}`);
      return typed.length + 2 <= indent
        ? typed.padEnd(indent) + explained
        : `${typed}\n${" ".repeat(indent)}${explained}`;
    })
    .join("\n");
}
