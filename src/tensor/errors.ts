/**
 * @file The two ways in which separable refuses its input.
 *
 * Every message names the operation, the operand, the value found and the value needed.
 */
import { suggestion } from "./nearest.ts";

/** Operands or options that do not fit together, or a shape that cannot be. */
export class ShapeError extends TypeError {
  override readonly name = "ShapeError";
}

/** A file that is not what it claims to be. */
export class FormatError extends Error {
  override readonly name = "FormatError";
}

/**
 * What to say of a value of any type, in a few characters.
 *
 * @returns e.g. `3.5`, `"same"`, `[1, -2]`, `a Float64Array`, `undefined`
 */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (Array.isArray(value)) return `[${value.slice(0, 8).map(show).join(", ")}${value.length > 8 ? ", …" : ""}]`;
  if (typeof value === "object" && value !== null) return `a ${value.constructor?.name ?? "bare object"}`;
  if (typeof value === "function") return "a function";
  return String(value);
}

/** The value as one of a list of words. @throws ShapeError naming the words that exist. */
export function oneOf<T extends string>(op: string, name: string, value: unknown, words: readonly T[]): T {
  if (words.includes(value as T)) return value as T;
  throw new ShapeError(`${op}: ${name} is ${show(value)}, needs one of ${words.map((word) => `"${word}"`).join(", ")}`);
}

/** @throws ShapeError unless `value` is true or false */
export function checkBoolean(op: string, name: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw new ShapeError(`${op}: ${name} is ${show(value)}, needs true or false`);
}

/** Refuses names that the operation does not have: a misspelt option must not be silently ignored. @throws ShapeError */
export function knownKeys(op: string, options: object, known: readonly string[]): void {
  if (typeof options !== "object" || options === null) {
    throw new ShapeError(`${op}: options are ${show(options)}, needs an object`);
  }
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue;
    throw new ShapeError(`${op}: unknown option ${show(key)}${suggestion(key, known)}, has ${known.join(", ")}`);
  }
}
