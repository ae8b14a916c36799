/** @file Class names in a file beside a model. */
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { LABEL_FILES } from "../../image/labelFiles.ts";

/** Class names from labels.txt or metadata.json beside a model, and that file; null unless there is one per class. */
export async function labelsBeside(
  model: string,
  classes: number,
): Promise<{ readonly file: string; readonly labels: readonly string[] } | null> {
  for (const [name, read] of LABEL_FILES) {
    const file = join(dirname(model), name);
    const text = await readFile(file, "utf8").catch(() => null);
    const labels = text === null ? null : read(text);
    if (labels !== null && labels.length === classes) return { file, labels };
  }
  return null;
}
