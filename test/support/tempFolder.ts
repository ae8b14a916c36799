/** A folder for the files of one test file, or of one `describe`: gone when its tests are done. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

export interface TempFolder {
  readonly folder: string;
  /** The path of something in it. */
  at(name: string): string;
}

export function tempFolder(): TempFolder {
  const folder = mkdtempSync(join(tmpdir(), "separable-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  return { folder, at: (name) => join(folder, name) };
}
