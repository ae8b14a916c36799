/** @file The file of a study: rows of finished runs. */
import { FormatError } from "../../tensor/errors.ts";
import { isThere, readWhole } from "../terminal/files.ts";

export interface StudyRun {
  readonly seed: number;
  /** Accuracy on the test images. */
  readonly accuracy: number;
  readonly seconds: number;
}

export interface StudyRow {
  readonly model: string;
  readonly tables: readonly number[];
  readonly parameters: number;
  readonly macs: number;
  /** Median milliseconds per training step, of the fastest run. */
  readonly stepMs: number;
  readonly runs: readonly StudyRun[];
}

export interface Study {
  readonly about: Readonly<Record<string, number | string>>;
  readonly rows: readonly StudyRow[];
}

/** Reads the rows of runs that the same study finished earlier. */
export async function earlier(out: string, about: Study["about"]): Promise<readonly StudyRow[]> {
  if (!(await isThere(out))) return [];
  let found: Study;
  try {
    found = JSON.parse((await readWhole(out)).toString("utf8"));
  } catch (cause) {
    throw new FormatError(`${out}: exists but is not a study file (${(cause as Error).message})`, { cause });
  }
  if (!found?.about || !Array.isArray(found.rows)) throw new FormatError(`${out}: exists but is not a study file`);
  for (const [name, value] of Object.entries(about)) {
    if (found.about[name] !== value) {
      throw new FormatError(
        `${out}: is of a study whose ${name} is ${found.about[name] ?? "not stated"}, this one's is ${value}`,
      );
    }
  }
  return found.rows;
}
