/**
 * @file The two errors with which separable rejects input.
 *
 * Every message names the operation, the operand, the value found and the value needed.
 */
import { suggestion } from "./nearest.ts";
import { cut, visible } from "./visible.ts";

/** Operands or options that do not fit together, or an impossible shape. */
export class ShapeError extends TypeError {
  override readonly name = "ShapeError";
  constructor(message: string, options?: ErrorOptions) {
    super(readable(message), options);
  }
}

/** A file that is not what it claims to be. */
export class FormatError extends Error {
  override readonly name = "FormatError";
  constructor(message: string, options?: ErrorOptions) {
    super(readable(message), options);
  }
}

/** Max length of a name in a message: files have names of any length. Paths are shorter. */
const MAX_NAME = 1000;

function readable(message: string): string {
  return message.replace(/[^\s,]{1001,}/g, (name) => cut(name, MAX_NAME));
}

/** Limits of `show`: characters of a text, items of a list, nesting depth. */
const MAX_LETTERS = 40;
const MAX_ITEMS = 8;
const MAX_DEPTH = 3;

/**
 * Describes any value in a few characters, even if it is endlessly nested, cyclic, or an object that lies about itself.
 *
 * @returns e.g. `3.5`, `"same"`, `[1, -2]`, `a Float64Array`, `undefined`
 */
export function show(value: unknown): string {
  return described(value, 0);
}

function described(value: unknown, depth: number): string {
  if (typeof value === "string") return visible(JSON.stringify(cut(value, MAX_LETTERS)));
  if (typeof value === "function") return "a function";
  if (typeof value === "symbol" || typeof value === "bigint") return visible(cut(String(value), MAX_LETTERS));
  if (typeof value !== "object" || value === null) return String(value);
  try {
    if (!Array.isArray(value)) return withArticle(nameOf(value));
    if (depth === MAX_DEPTH) return "[…]";
    const items = value.slice(0, MAX_ITEMS).map((item) => described(item, depth + 1));
    return `[${items.join(", ")}${value.length > MAX_ITEMS ? ", …" : ""}]`;
  } catch {
    return "an object that cannot be read"; // a proxy or a getter that throws
  }
}

/** "a Tensor", "an Object", "a Uint8Array" */
function withArticle(name: string): string {
  return `${/^[aeio]/i.test(name) ? "an" : "a"} ${name}`;
}

function nameOf(value: object): string {
  const name: unknown = value.constructor?.name;
  return typeof name === "string" && name !== "" ? visible(cut(name, MAX_LETTERS)) : "bare object";
}

/** Checks that the value is one of the words. @throws ShapeError listing them */
export function oneOf<T extends string>(op: string, name: string, value: unknown, words: readonly T[]): T {
  if (words.includes(value as T)) return value as T;
  throw new ShapeError(`${op}: ${name} is ${show(value)}, needs one of ${words.map((word) => `"${word}"`).join(", ")}`);
}

/** @throws ShapeError unless `value` is a finite float32 */
export function checkFinite(op: string, name: string, value: unknown): number {
  if (typeof value === "number" && Number.isFinite(Math.fround(value))) return value;
  throw new ShapeError(`${op}: ${name} is ${show(value)}, needs a finite number`);
}

/** @throws ShapeError unless `value` is true or false */
export function checkBoolean(op: string, name: string, value: unknown): boolean {
  if (typeof value === "boolean") return value;
  throw new ShapeError(`${op}: ${name} is ${show(value)}, needs true or false`);
}

/** @throws ShapeError unless `value` is an object */
export function checkRecord(op: string, name: string, value: unknown): object {
  if (typeof value === "object" && value !== null) return value;
  throw new ShapeError(`${op}: ${name} ${name.endsWith("s") ? "are" : "is"} ${show(value)}, needs an object`);
}

/**
 * Rejects unknown option names: a misspelt option must not be silently ignored.
 *
 * @throws ShapeError
 */
export function knownKeys(op: string, options: object, known: readonly string[]): void {
  checkRecord(op, "options", options);
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue;
    throw new ShapeError(`${op}: unknown option ${show(key)}${suggestion(key, known)}, has ${known.join(", ")}`);
  }
}
