/** @file Names of classes in a file's metadata. */

/** The JSON list under the key `classes`, whatever is in it; null if it is none. */
export function classNames(json: string | undefined): readonly unknown[] | null {
  try {
    const names: unknown = JSON.parse(json ?? "");
    return Array.isArray(names) ? names : null;
  } catch {
    return null;
  }
}
