/** @file Dispatches a command line to its command, and reports errors. */
import { readFileSync } from "node:fs";
import { suggestion } from "../tensor/nearest.ts";
import type { Command } from "./command.ts";
import { classify } from "./commands/classify.ts";
import { compare } from "./commands/compare.ts";
import { completionFor } from "./commands/completion.ts";
import { convert } from "./commands/convert.ts";
import { count } from "./commands/count.ts";
import { evaluate } from "./commands/evaluate.ts";
import { inspect } from "./commands/inspect.ts";
import { judge } from "./commands/judge.ts";
import { machine } from "./commands/machine.ts";
import { papers } from "./commands/papers.ts";
import { profile } from "./commands/profile.ts";
import { pull } from "./commands/pull.ts";
import { quantize } from "./commands/quantize.ts";
import { retrain } from "./commands/retrain.ts";
import { study } from "./commands/study.ts";
import { summary } from "./commands/summary.ts";
import { sweep } from "./commands/sweep.ts";
import { tour } from "./commands/tour.ts";
import { trainCommand } from "./commands/train.ts";
import { vectors } from "./commands/vectors.ts";
import { print, progress, tell } from "./terminal/terminal.ts";
import { UsageError } from "./usage.ts";

const OWN: readonly Command[] = [
  classify,
  pull,
  convert,
  quantize,
  summary,
  compare,
  sweep,
  papers,
  count,
  vectors,
  judge,
  inspect,
  profile,
  machine,
  trainCommand,
  retrain,
  evaluate,
  study,
  tour,
];
const COMMANDS: readonly Command[] = [...OWN, completionFor(OWN)];

const HELP = `separable: a tensor and convolution engine in pure TypeScript

Usage: separable COMMAND [options]

${COMMANDS.map(({ name, summary }) => `  ${name.padEnd(12)}${summary}`).join("\n")}

  separable COMMAND --help    options of a command; separable help COMMAND too
  separable --version`;

async function dispatch([name, ...args]: readonly string[]): Promise<number> {
  if (name === "help" && args.length > 0 && args[0] !== "help" && !args[0].startsWith("-")) {
    print(commandNamed(args[0]).help);
    return 0;
  }
  if (name === "--help" || name === "-h" || name === "help") {
    print(HELP);
    return 0;
  }
  if (name === "--version" || name === "-v") {
    const manifest = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
    print(JSON.parse(manifest).version);
    return 0;
  }
  const command = commandNamed(name);
  if (args.includes("--help") || args.includes("-h") || (args.length === 1 && args[0] === "help")) {
    print(command.help);
    return 0;
  }
  return command.run(args);
}

/** @throws UsageError, with the list of commands */
function commandNamed(name: string | undefined): Command {
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command !== undefined) return command;
  const names = COMMANDS.map((candidate) => candidate.name);
  const what =
    name === undefined ? "needs a command" : `there is no command ${JSON.stringify(name)}${suggestion(name, names)}`;
  throw new UsageError(`separable: ${what}\n\n${HELP}`);
}

/**
 * Runs one command line. Errors are reported in a sentence, never as a stack trace.
 *
 * @param args the arguments after `separable`
 * @returns the exit code: 0 done, 1 failed, 2 wrong usage
 */
export async function runCli(args: readonly string[]): Promise<number> {
  try {
    return await dispatch(args);
  } catch (error) {
    progress("");
    tell(`${error instanceof Error ? error.message : String(error)}`);
    return error instanceof UsageError ? 2 : 1;
  }
}
