/** @file Errors in what a user typed. */
import { optionOf } from "./options/option.ts";

/** The command line is wrong: exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Calls `make` and turns its error into a usage error, e.g. for an alpha that yields no network. */
export function asUsage<T>(make: () => T): T {
  try {
    return make();
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** Like `asUsage`, but errors name the option as typed: `vectors: --groups is 3`, not `conv2d: groups is 3`. */
export function asTyped<T>(command: string, options: object, make: () => T): T {
  try {
    return make();
  } catch (error) {
    const words = (error as Error).message.replace(/^\w+: ([a-zA-Z]+)/, (_, name: string) => {
      return `${command}: ${Object.hasOwn(options, name) ? `--${optionOf(name)}` : name}`;
    });
    throw new UsageError(words);
  }
}
