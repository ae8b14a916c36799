/** @file Reads regular files, and writes files so that none is ever left half-written. */
import { randomUUID } from "node:crypto";
import type { Stats } from "node:fs";
import { chown, mkdir, open, readFile, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { FormatError } from "../../tensor/errors.ts";
import { UsageError } from "../usage.ts";
import { forget, remember, wrote } from "./interrupt.ts";

/**
 * Writes a temporary file beside the target and renames it, so that the target is always the old or the new file.
 *
 * @throws FormatError if it cannot be written, e.g. on a full disk; nothing is left behind
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

/** Returns an unpredictable name: in a shared folder, another user could place a link at a predictable one. */
function temporaryBeside(path: string): string {
  return `${path}.${randomUUID()}.part`;
}

/**
 * Reads a file. Checks its type first: reading a named pipe or a device could block or never end.
 *
 * @throws FormatError if it is not a regular file or cannot be read
 */
export async function readWhole(path: string): Promise<Buffer<ArrayBuffer>> {
  try {
    const there = await stat(path);
    if (there.isFile()) return await readFile(path);
    throw new FormatError(`${path}: ${there.isDirectory() ? "a folder" : "a pipe or a device"}, needs a file`);
  } catch (cause) {
    if (cause instanceof FormatError) throw cause;
    // Node decodes bytes of a name that are not UTF-8 as U+FFFD, and then finds no such file.
    const why = path.includes("\ufffd") ? "its name is not UTF-8: rename it" : (cause as Error).message;
    throw new FormatError(`${path}: cannot be read (${why})`, { cause });
  }
}

/**
 * Creates a folder and its missing parents. (Node's own recursive mkdir never returns below /proc.)
 *
 * @throws the file system's error
 */
export async function makeFolder(path: string): Promise<void> {
  const missing: string[] = [];
  for (let folder = resolve(path); folder !== dirname(folder) && !(await isThere(folder)); folder = dirname(folder)) {
    missing.push(folder);
  }
  for (const folder of missing.reverse()) {
    await mkdir(folder).catch((cause: NodeJS.ErrnoException) => {
      if (cause.code !== "EEXIST") throw cause; // another process created it first
    });
  }
}

export async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null)) !== null;
}

/**
 * Checks, before any work, that its result can be written.
 *
 * @param mayReplace whether a read-only file may be replaced too
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

/** The same for a folder that will hold files. @throws FormatError */
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
 * Writes a new file and flushes it to disk, so that the later rename never exposes incomplete content.
 *
 * @param old the file to be replaced: its mode is kept, and its owner where the system permits
 */
async function writeDown(path: string, bytes: Uint8Array | string, old: Stats | null): Promise<void> {
  const file = await open(path, "wx");
  try {
    await file.writeFile(bytes);
    if (old !== null) {
      await chown(path, old.uid, old.gid).catch(() => {}); // only root may give it to another user
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
 * Writes files into a folder as they are yielded. A new folder appears only when all are written. In an existing one
 * each file is replaced as a whole, and other files stay.
 *
 * @throws FormatError if one cannot be written
 */
export async function writeFolder(path: string, files: FolderFiles): Promise<void> {
  const folder = resolve(path);
  const isOld = await isThere(folder);
  const into = isOld ? folder : temporaryBeside(folder);
  if (!isOld) {
    remember(into);
    await mkdir(into).catch(() => {}); // makeFolder below creates a missing parent, or throws
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

/** @throws UsageError for an empty path, or one that exists and may not be replaced */
export async function checkNew(command: string, path: string, mayReplace: boolean): Promise<void> {
  if (path === "") throw new UsageError(`${command}: the name of the file to write is empty`);
  if (!mayReplace && (await isThere(path))) {
    throw new UsageError(`${command}: ${path} exists, needs a new name or --force`);
  }
}
