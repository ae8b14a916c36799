/** @file Expands image arguments: files, folders of files, and patterns. */

import { readdir, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { FormatError } from "../../tensor/errors.ts";
import { tell } from "../terminal/terminal.ts";
import { UsageError } from "../usage.ts";

/** Names of images in a folder; the actual format is detected from the content. */
const IMAGE = /\.(jpe?g|png|gif|webp|tiff?|avif|ppm|pgm)$/i;

/**
 * Returns the files that the arguments name, in their order, and by name within each. A named file is taken as is;
 * of a folder and its sub-folders, only images.
 *
 * @throws UsageError for a folder or pattern without an image
 */
export async function imagesOf(command: string, typed: readonly string[]): Promise<readonly string[]> {
  const all: string[] = [];
  for (const one of typed) {
    const there = await stat(one).catch(() => null);
    if (there !== null && !there.isDirectory()) all.push(one);
    else if (there !== null) all.push(...found(command, one, await filesIn(one), IMAGE));
    else if (/[*?]/.test(one)) all.push(...found(command, one, await filesIn(rootOf(one)), patternOf(one)));
    else all.push(one); // reported when it is read
  }
  return [...new Set(all)];
}

function found(command: string, typed: string, files: readonly string[], pattern: RegExp): readonly string[] {
  const matching = files.filter((file) => pattern.test(file));
  if (matching.length === 0) throw new UsageError(`${command}: ${typed} has no image`);
  return matching;
}

/** Folders that hold programs rather than the user's images. */
const isSkipped = (name: string): boolean => name === "node_modules" || name.startsWith(".");

/** All files of a folder and its sub-folders. @throws FormatError if it cannot be read */
async function filesIn(folder: string): Promise<readonly string[]> {
  const files: string[] = [];
  const folders = [folder];
  for (const one of folders) {
    const entries = await readdir(one || ".", { withFileTypes: true }).catch((cause: NodeJS.ErrnoException) => {
      const message = `${one || "."}: cannot be read (${cause.message})`;
      if (one === folder) throw new FormatError(message, { cause });
      tell(message); // the other folders are still read
      return [];
    });
    for (const entry of entries) {
      const path = join(one, entry.name);
      if (entry.isFile()) files.push(path);
      else if (entry.isDirectory() && !isSkipped(entry.name)) folders.push(path);
    }
  }
  return files.sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
}

/** Returns the folder of a pattern before its first wildcard. */
function rootOf(pattern: string): string {
  const plain = pattern.slice(0, pattern.search(/[*?]/));
  return plain.slice(0, Math.max(plain.lastIndexOf("/"), plain.lastIndexOf(sep)) + 1);
}

/** Translates a pattern: `*` and `?` match within a name, `**` across folders. */
function patternOf(pattern: string): RegExp {
  const plain = join(pattern).split(sep).join("/");
  const source = plain.replace(/\*\*\/|[*?]|[.+^${}()|[\]\\]/g, (part) => {
    if (part === "**/") return "(?:.*/)?";
    if (part === "*") return "[^/]*";
    return part === "?" ? "[^/]" : `\\${part}`;
  });
  return new RegExp(`^${source.replaceAll("/", sep === "\\" ? "\\\\" : "/")}$`);
}
