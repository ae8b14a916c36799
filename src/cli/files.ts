/** @file Writing files so that nothing is ever half there. */
import { rename, rm, stat, writeFile } from "node:fs/promises";
import { FormatError } from "../tensor/errors.ts";

/**
 * Writes to a temporary name beside the file, then renames it: the file is the old one or the new one, whatever happens.
 *
 * @throws FormatError if it cannot be written, e.g. a full disk; nothing is left behind
 */
export async function writeWhole(path: string, bytes: Uint8Array | string): Promise<void> {
  const temporary = `${path}.${process.pid}.part`;
  try {
    await writeFile(temporary, bytes);
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => {});
    throw new FormatError(`${path}: cannot be written (${(cause as Error).message})`, { cause });
  }
}

/** Finds out before the work whether a file can be written after it. @throws FormatError if it cannot */
export async function checkWritable(path: string): Promise<void> {
  const there = await stat(path).catch(() => null);
  if (there !== null && !there.isFile()) throw new FormatError(`${path}: cannot be written, it is no file`);
  const trial = `${path}.${process.pid}.part`;
  try {
    await writeFile(trial, "");
  } catch (cause) {
    throw new FormatError(`${path}: cannot be written (${(cause as Error).message})`, { cause });
  }
  await rm(trial, { force: true });
}
