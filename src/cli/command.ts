/** @file Defines a command of `separable`: its options, help and action. */
import { helpOf } from "./options/help.ts";
import type { Options } from "./options/option.ts";
import { type Given, parse } from "./options/parse.ts";

export interface Command {
  readonly name: string;
  /** One line, for the list of commands. */
  readonly summary: string;
  /** What `--help` prints. */
  readonly help: string;
  readonly options: Options;
  /** @returns the exit code */
  run(args: readonly string[]): Promise<number>;
}

export interface CommandSpec<O extends Options> {
  readonly name: string;
  readonly summary: string;
  /** Operands, for the first line of the help; default none. A list if there are several ways to call it. */
  readonly usage?: string | readonly string[];
  readonly about: string;
  readonly options: O;
  /** Paragraphs after the options. */
  readonly notes?: readonly string[];
  /** Default 0. */
  readonly maxOperands?: number;
  run(given: Given<O>): Promise<number>;
}

/** Makes a command: its parser, help and types come from the table of options. */
export function command<O extends Options>(spec: CommandSpec<O>): Command {
  const { name, summary, usage = "", about, options, notes = [], maxOperands = 0 } = spec;
  const lines = (typeof usage === "string" ? [usage] : usage).map((line) => {
    return Object.keys(options).length === 0 ? line : `${line} [options]`.trimStart();
  });
  return {
    name,
    summary,
    options,
    help: helpOf(name, lines, about, options, notes),
    run: async (args) => spec.run(parse(name, args, options, maxOperands)),
  };
}
