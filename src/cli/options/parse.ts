/** @file Parses a command line into the values of a table of options. */
import { parseArgs } from "node:util";
import { suggestion } from "../../tensor/nearest.ts";
import { UsageError } from "../usage.ts";
import { type Options, optionOf, type Values } from "./option.ts";

/** A parsed command line. */
export interface Given<O extends Options = Options> {
  readonly operands: readonly string[];
  readonly options: Values<O>;
  /** The options that were typed, by their names in code. */
  readonly typed: ReadonlySet<string>;
}

/**
 * @param maxOperands maximum number of operands
 * @throws UsageError for an unknown option, a missing or wrong value, or too many operands
 */
export function parse<O extends Options>(
  command: string,
  args: readonly string[],
  options: O,
  maxOperands: number,
): Given<O> {
  const { values, positionals: operands } = split(command, args, options);
  if (operands.length > maxOperands) {
    throw new UsageError(`${command}: unexpected ${JSON.stringify(operands[maxOperands])}`);
  }
  // Node decodes bytes that are not UTF-8 as U+FFFD, so the name would be that of another file. In a list of images,
  // each is reported when it is read.
  const words = [...Object.values(values), ...(maxOperands === Number.POSITIVE_INFINITY ? [] : operands)];
  const foreign = words.find((value) => typeof value === "string" && value.includes("\ufffd"));
  if (foreign !== undefined)
    throw new UsageError(`${command}: ${JSON.stringify(foreign)} is not UTF-8, needs another name`);
  const read = Object.entries(options).map(([key, option]) => {
    const value = values[optionOf(key)];
    const text = value === true ? "" : value;
    try {
      return [key, option.read(text)];
    } catch (error) {
      const found = `${command}: --${optionOf(key)} is ${JSON.stringify(text)}`;
      throw new UsageError(`${found}, ${(error as Error).message}`);
    }
  });
  const typed = Object.keys(options).filter((key) => values[optionOf(key)] !== undefined);
  return { operands, options: Object.fromEntries(read) as Values<O>, typed: new Set(typed) };
}

function split(
  command: string,
  args: readonly string[],
  options: Options,
): { readonly values: Readonly<Record<string, string | true | undefined>>; readonly positionals: readonly string[] } {
  const config = Object.fromEntries(
    Object.entries(options).map(([key, { value }]) => {
      return [optionOf(key), { type: value === undefined ? ("boolean" as const) : ("string" as const) }];
    }),
  );
  try {
    const { values, positionals } = parseArgs({
      args: joinNegative(args, config),
      options: config,
      allowPositionals: true,
      strict: true,
    });
    return { values: values as Record<string, string | true | undefined>, positionals };
  } catch (error) {
    const [firstSentence] = (error as Error).message.split(". ");
    const unknown = /^Unknown option '(--[^']+)'/.exec(firstSentence)?.[1] ?? "";
    const names = Object.keys(config).map((name) => `--${name}`);
    const what = unknown === "" ? firstSentence : `there is no option ${unknown}`;
    throw new UsageError(`${command}: ${what}${suggestion(unknown, names)}`);
  }
}

/** Joins `--seed -1` to `--seed=-1`: Node would mistake the number for an option. */
function joinNegative(args: readonly string[], config: Readonly<Record<string, { readonly type: string }>>): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const last = joined[joined.length - 1];
    const takesValue = last?.startsWith("--") && config[last.slice(2)]?.type === "string";
    if (takesValue && /^-[\d.]/.test(arg)) joined[joined.length - 1] = `${last}=${arg}`;
    else joined.push(arg);
  }
  return joined;
}
