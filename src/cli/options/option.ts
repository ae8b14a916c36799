/**
 * @file Options of commands. A command's parser, the types of its values, its help and its completion all come from
 * one table of options.
 */
import { suggestion } from "../../tensor/nearest.ts";

/** One option. */
export interface Option<T> {
  /** Placeholder for its value in the help, e.g. FILE; a flag has none. */
  readonly value?: string;
  /** One line, or more with line breaks. */
  readonly help: string;
  /** The allowed values, if there is a list of them. */
  readonly words?: readonly string[];
  /** @param text as typed; undefined if the option was not typed @throws Error that says what is needed */
  read(text: string | undefined): T;
}

/** A table of options, under their names in code: learningRate is typed as --learning-rate. */
export type Options = Readonly<Record<string, Option<unknown>>>;

/** The values of a table's options, defaults included, by the names in code. */
export type Values<O extends Options> = { readonly [K in keyof O]: O[K] extends Option<infer T> ? T : never };

/** A table whose values have these types. */
export type OptionsOf<V> = { readonly [K in keyof V]: Option<V[K]> };

/** Returns the name of an option as it is typed, without the leading dashes. */
export function optionOf(setting: string): string {
  return setting.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

export function flag(help: string): Option<boolean> {
  return { help, read: (text) => text !== undefined };
}

/** Any text. */
export function text(value: string, help: string): Option<string | undefined> {
  return { value, help, read: (typed) => typed };
}

/** One of a list of words. */
export function word<const W extends string, F extends W | undefined>(
  value: string,
  words: readonly W[],
  fallback: F,
  help: string,
): Option<W | F> {
  return {
    value,
    help,
    words,
    read: (typed) => {
      if (typed === undefined) return fallback;
      const found = words.find((one) => one === typed);
      if (found !== undefined) return found;
      throw new Error(`needs one of ${words.join(", ")}${suggestion(typed, words)}`);
    },
  };
}

/** @param range default: no upper limit */
export function integer<F extends number | undefined>(
  value: string,
  [min, max = Number.POSITIVE_INFINITY]: readonly [min: number, max?: number],
  fallback: F,
  help: string,
): Option<number | F> {
  const needed = `an integer ${max === Number.POSITIVE_INFINITY ? `>= ${min}` : `from ${min} to ${max}`}`;
  const isRight = (typed: string): boolean => /^\d{1,9}$/.test(typed) && Number(typed) >= min && Number(typed) <= max;
  return numeric(value, isRight, needed, fallback, help);
}

export function number<F extends number | undefined>(
  value: string,
  min: number,
  fallback: F,
  help: string,
): Option<number | F> {
  const isRight = (typed: string): boolean => {
    return typed.trim() !== "" && Number(typed) >= min && Number.isFinite(Number(typed));
  };
  return numeric(value, isRight, `a number >= ${min}`, fallback, help);
}

function numeric<F>(
  value: string,
  isRight: (typed: string) => boolean,
  needed: string,
  fallback: F,
  help: string,
): Option<number | F> {
  const read = (typed: string | undefined): number | F => {
    if (typed === undefined) return fallback;
    if (isRight(typed)) return Number(typed);
    throw new Error(`needs ${needed}`);
  };
  return { value, help, read };
}

/** The result of parsing the text. @param parse throws an Error that says what is needed */
export function parsed<T>(value: string, help: string, parse: (typed: string) => T): Option<T | undefined> {
  return { value, help, read: (typed) => (typed === undefined ? undefined : parse(typed)) };
}
