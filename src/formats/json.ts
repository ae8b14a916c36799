/** @file Reads JSON that others have written, of which nothing is certain. */

export type Json = Readonly<Record<string, unknown>>;

/** An object; an empty one where there is something else. */
export function objectOf(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
}
