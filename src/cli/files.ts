/** @file Reading what is a file, and writing files so that nothing is ever half there. */
import { randomUUID } from "node:crypto";
import type { Stats } from "node:fs";
import { chown, mkdir, open, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { FormatError } from "../tensor/errors.ts";
import { UsageError } from "./command.ts";
import { forget, remember, wrote } from "./interrupt.ts";

/**
 * Writes to a temporary name beside the file, then renames it: the file is the old one or the new one, whatever
 * happens.
 *
 * @throws FormatError if it cannot be written, e.g. a full disk; nothing is left behind
 */
export async function writeWhole(path: string, bytes: Uint8Array | string): Promise<void> {
  const target = await realpath(path).catch(() => path); // a link stays a link
  const temporary = temporaryBeside(target);
  remember(temporary);
  try {
    await writeDown(temporary, bytes, await stat(target).catch(() => null));
    await rename(temporary, target);
    wrote(path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => {});
    throw new FormatError(`${path}: cannot be written (${(cause as Error).message})`, { cause });
  } finally {
    forget(temporary);
  }
}

/** A name that nobody can foresee: in a folder that others may write to, a link could wait under any other. */
function temporaryBeside(path: string): string {
  return `${path}.${randomUUID()}.part`;
}

/**
 * The bytes of a file. Looks before it opens: a named pipe or a device would wait for ever, or never end.
 *
 * @throws FormatError if there is no such file
 */
export async function readWhole(path: string): Promise<Buffer<ArrayBuffer>> {
  try {
    const there = await stat(path);
    if (there.isFile()) return await readFile(path);
    throw new FormatError(`${path}: ${there.isDirectory() ? "a folder" : "a pipe or a device"}, needs a file`);
  } catch (cause) {
    if (cause instanceof FormatError) throw cause;
    // Node writes U+FFFD for bytes of a name that are not UTF-8, and then finds no such file.
    const why = path.includes("\ufffd") ? "its name is not UTF-8: rename it" : (cause as Error).message;
    throw new FormatError(`${path}: cannot be read (${why})`, { cause });
  }
}

/**
 * A folder and those that it lies in. (Node's own recursive mkdir never ends below /proc.)
 *
 * @throws an error of the file system
 */
export async function makeFolder(path: string): Promise<void> {
  const missing: string[] = [];
  for (let folder = resolve(path); folder !== dirname(folder) && !(await isThere(folder)); folder = dirname(folder)) {
    missing.push(folder);
  }
  for (const folder of missing.reverse()) {
    await mkdir(folder).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code !== "EEXIST") throw cause; // another process was faster
    });
  }
}

export async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}

/**
 * Finds out before the work whether a file can be written after it.
 *
 * @param mayReplace whether even one that is read-only is replaced
 * @throws FormatError if it cannot
 */
export async function checkWritable(path: string, mayReplace = false): Promise<void> {
  const there = await stat(path).catch(() => null);
  if (there !== null && !there.isFile()) throw new FormatError(`${path}: cannot be written, it is no file`);
  if (there !== null && !mayReplace && (there.mode & 0o222) === 0) {
    throw new FormatError(`${path}: cannot be written, it is read-only`);
  }
  await checkParent(path);
}

/** The same for a folder of files. @throws FormatError */
export async function checkFolder(path: string): Promise<void> {
  const there = await stat(path).catch(() => null);
  if (there !== null && !there.isDirectory()) throw new FormatError(`${path}: cannot be written, it is no folder`);
  await checkParent(there === null ? resolve(path) : join(path, "file"));
}

/** Writes a file beside the path and removes it. */
async function checkParent(path: string): Promise<void> {
  const trial = temporaryBeside(path);
  try {
    await writeFile(trial, "", { flag: "wx" });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === "ENOENT" || code === "ENOTDIR" ? "its folder does not exist" : "the folder is not writable";
    throw new FormatError(`${path}: cannot be written (${code}: ${why})`, { cause });
  }
  await rm(trial, { force: true });
}

/**
 * Writes a new file and waits until it is on the disk, so that a name given to it afterwards never stands for less.
 *
 * @param old the file that it replaces: its mode is kept, and where the system permits its owner
 */
async function writeDown(path: string, bytes: Uint8Array | string, old: Stats | null): Promise<void> {
  const file = await open(path, "wx");
  try {
    await file.writeFile(bytes);
    if (old !== null) {
      await chown(path, old.uid, old.gid).catch(() => {}); // of another user: only root may
      await file.chmod(old.mode & 0o777);
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Files by path within a folder. */
export type FolderFiles = Iterable<readonly [path: string, content: Uint8Array | string]>;

/**
 * Writes files into a folder, one after the other as they come. A new folder appears when all of them are written; in
 * one that exists each file is replaced whole, and others stay.
 *
 * @throws FormatError if one cannot be written
 */
export async function writeFolder(path: string, files: FolderFiles): Promise<void> {
  const folder = resolve(path);
  const isOld = await isThere(folder);
  const into = isOld ? folder : temporaryBeside(folder);
  if (!isOld) {
    remember(into);
    await mkdir(into).catch(() => {}); // its parent may be missing: told below
  }
  try {
    for (const [name, bytes] of files) {
      await makeFolder(dirname(join(into, name)));
      if (isOld) await writeWhole(join(into, name), bytes);
      else await writeFile(join(into, name), bytes);
    }
    if (!isOld) {
      await rename(into, folder);
      wrote(path);
    }
  } catch (cause) {
    if (!isOld) await rm(into, { recursive: true, force: true }).catch(() => {});
    throw cause instanceof FormatError
      ? cause
      : new FormatError(`${folder}: cannot be written (${(cause as Error).message})`, { cause });
  } finally {
    forget(into);
  }
}

/** @throws UsageError for a path that exists already, unless it may be replaced */
export async function checkNew(command: string, path: string, mayReplace: boolean): Promise<void> {
  if (path === "") throw new UsageError(`${command}: the name of the file to write is empty`);
  if (!mayReplace && (await isThere(path))) {
    throw new UsageError(`${command}: ${path} exists, needs a new name or --force`);
  }
}
