/** @file Class names in a file beside a model, as Teachable Machine and others write them. */

/** The files, and a parser for each, which returns null for any other text. */
export const LABEL_FILES: ReadonlyMap<string, (text: string) => readonly string[] | null> = new Map([
  ["labels.txt", linesIn],
  ["metadata.json", listIn],
]);

/** One name per line, preceded by its number if all of them are: "0 cat". */
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
