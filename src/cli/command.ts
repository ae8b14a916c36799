/** @file The interface of a command of `separable`, and the parsing of its arguments. */
import { type ParseArgsConfig, parseArgs } from "node:util";

import { suggestion } from "../tensor/nearest.ts";

type OptionsConfig = NonNullable<ParseArgsConfig["options"]>;

/** The user's command line is wrong: exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

export interface Command {
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** What `--help` prints. */
  readonly help: string;
  /** @returns the exit code */
  run(args: readonly string[]): Promise<number>;
}

export interface Arguments {
  /** All options of the command, by name. */
  readonly options: object;
  readonly positionals: readonly string[];
  flag(name: string): boolean;
  text(name: string): string | undefined;
  /** @throws UsageError unless it is an integer of at least `min`, and at most `max` if that is given */
  integer(name: string, fallback: number, min: number, max?: number): number;
  /** @throws UsageError unless it is a number of at least `min` */
  number(name: string, fallback: number, min: number): number;
  /** @throws UsageError unless it is one of the words */
  word<T extends string>(name: string, fallback: T, words: readonly T[]): T;
}

/** @throws UsageError for an unknown option, one without its value, or too many operands */
export function readArguments(
  command: string,
  args: readonly string[],
  options: OptionsConfig,
  maxPositionals: number,
): Arguments {
  const { values, positionals } = parse(command, args, options);
  if (positionals.length > maxPositionals) {
    throw new UsageError(`${command}: unexpected ${JSON.stringify(positionals[maxPositionals])}`);
  }
  // Node decodes bytes that are not UTF-8 as U+FFFD, so the name would be that of another file. In a list of images,
  // each is reported when it is read.
  const typed = [...Object.values(values), ...(maxPositionals === Number.POSITIVE_INFINITY ? [] : positionals)];
  const foreign = typed.find((value) => typeof value === "string" && value.includes("\ufffd"));
  if (foreign !== undefined)
    throw new UsageError(`${command}: ${JSON.stringify(foreign)} is not UTF-8, needs another name`);
  const text = (name: string): string | undefined => {
    const value = values[name];
    return typeof value === "string" ? value : undefined;
  };
  return {
    options,
    positionals,
    flag: (name) => values[name] === true,
    text,
    integer: (name, fallback, min, max = Number.POSITIVE_INFINITY) => {
      const value = text(name);
      if (value === undefined) return fallback;
      if (!/^\d{1,9}$/.test(value) || Number(value) < min || Number(value) > max) {
        const range = max === Number.POSITIVE_INFINITY ? `>= ${min}` : `from ${min} to ${max}`;
        throw new UsageError(`${command}: --${name} is ${JSON.stringify(value)}, needs an integer ${range}`);
      }
      return Number(value);
    },
    number: (name, fallback, min) => {
      const value = text(name);
      if (value === undefined) return fallback;
      if (value.trim() === "" || !(Number(value) >= min) || !Number.isFinite(Number(value))) {
        throw new UsageError(`${command}: --${name} is ${JSON.stringify(value)}, needs a number >= ${min}`);
      }
      return Number(value);
    },
    word: (name, fallback, words) => {
      const value = text(name) ?? fallback;
      const found = words.find((word) => word === value);
      if (found === undefined) {
        const meant = suggestion(value, words);
        throw new UsageError(
          `${command}: --${name} is ${JSON.stringify(value)}, needs one of ${words.join(", ")}${meant}`,
        );
      }
      return found;
    },
  };
}

function parse(command: string, args: readonly string[], options: OptionsConfig) {
  try {
    return parseArgs({ args: joinNegative(args, options), options, allowPositionals: true, strict: true });
  } catch (error) {
    const [firstSentence] = (error as Error).message.split(". ");
    const unknown = /^Unknown option '(--[^']+)'/.exec(firstSentence)?.[1] ?? "";
    const names = Object.keys(options).map((name) => `--${name}`);
    throw new UsageError(`${command}: ${firstSentence}${suggestion(unknown, names)}`);
  }
}

/** Joins `--seed -1` to `--seed=-1`: Node would mistake the number for an option. */
function joinNegative(args: readonly string[], options: OptionsConfig): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const last = joined[joined.length - 1];
    const takesValue = last?.startsWith("--") && options[last.slice(2)]?.type === "string";
    if (takesValue && /^-[\d.]/.test(arg)) joined[joined.length - 1] = `${last}=${arg}`;
    else joined.push(arg);
  }
  return joined;
}

/** Calls `make` and turns its error into a usage error, e.g. for an alpha that makes no network. */
export function asUsage<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** Returns the command-line option of a setting: learning-rate for learningRate. */
export function optionOf(setting: string): string {
  return setting.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Like `asUsage`, but errors name the option as typed: `vectors: --groups is 3`, not `conv2d: groups is 3`. */
export function asTyped<T>(command: string, options: object, make: () => T): T {
  try {
    return make();
  } catch (error) {
    const words = (error as Error).message.replace(/^\w+: ([a-zA-Z]+)/, (_, name: string) => {
      const option = optionOf(name);
      return `${command}: ${Object.hasOwn(options, option) ? `--${option}` : name}`;
    });
    throw new UsageError(words);
  }
}
