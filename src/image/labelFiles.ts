/** @file Names of classes in a file beside a model, as Teachable Machine and others leave them. */

/** The files, and how to read each: null if its text is something else. */
export const LABEL_FILES: ReadonlyMap<string, (text: string) => readonly string[] | null> = new Map([
  ["labels.txt", linesIn],
  ["metadata.json", listIn],
]);

/** A name on each line; their numbers before them, if all have one: "0 cat". */
function linesIn(text: string): readonly string[] {
  const lines = text.trimEnd().split(/\r?\n/);
  const isNumbered = lines.every((line, i) => line.startsWith(`${i} `));
  return isNumbered ? lines.map((line, i) => line.slice(`${i} `.length)) : lines;
}

function listIn(json: string): readonly string[] | null {
  try {
    const { labels } = JSON.parse(json);
    return Array.isArray(labels) && labels.every((label) => typeof label === "string") ? labels : null;
  } catch {
    return null;
  }
}
