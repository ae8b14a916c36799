/** @file Class names in a file's metadata. */

/** Parses the JSON list under the key `classes`, whatever it contains; null if it is not a list. */
export function classNames(json: string | undefined): readonly unknown[] | null {
  try {
    const names: unknown = JSON.parse(json ?? "");
    return Array.isArray(names) ? names : null;
  } catch {
    return null;
  }
}
