/** @file Pictures as they are typed: files, folders of files, and patterns. */
import { readdir, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { UsageError } from "./command.ts";

/** Names of pictures in a folder; what a file is decides its content. */
const PICTURE = /\.(jpe?g|png|gif|webp|tiff?|avif|ppm|pgm)$/i;

/**
 * The files that are meant, in the order of the arguments and by name within each. A file that is named is taken as it is; of a
 * folder and what lies in it, pictures only.
 *
 * @throws UsageError for a folder or pattern without a picture
 */
export async function picturesOf(command: string, typed: readonly string[]): Promise<readonly string[]> {
  const all: string[] = [];
  for (const one of typed) {
    const there = await stat(one).catch(() => null);
    if (there !== null && !there.isDirectory()) all.push(one);
    else if (there !== null) all.push(...found(command, one, await filesIn(one), PICTURE));
    else if (/[*?]/.test(one)) all.push(...found(command, one, await filesIn(rootOf(one)), patternOf(one)));
    else all.push(one); // is reported when it is read
  }
  return [...new Set(all)];
}

function found(command: string, typed: string, files: readonly string[], pattern: RegExp): readonly string[] {
  const matching = files.filter((file) => pattern.test(file));
  if (matching.length === 0) throw new UsageError(`${command}: ${typed} has no picture`);
  return matching;
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder || ".", { withFileTypes: true, recursive: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort((a, b) => a.localeCompare(b, "en", { numeric: true }));
}

/** The folder of a pattern in front of its first wildcard. */
function rootOf(pattern: string): string {
  const plain = pattern.slice(0, pattern.search(/[*?]/));
  return plain.slice(0, Math.max(plain.lastIndexOf("/"), plain.lastIndexOf(sep)) + 1);
}

/** `*` and `?` within a name, `**` through folders. */
function patternOf(pattern: string): RegExp {
  const plain = join(pattern).split(sep).join("/");
  const source = plain.replace(/\*\*\/|[*?]|[.+^${}()|[\]\\]/g, (part) => {
    if (part === "**/") return "(?:.*/)?";
    if (part === "*") return "[^/]*";
    return part === "?" ? "[^/]" : `\\${part}`;
  });
  return new RegExp(`^${source.replaceAll("/", sep === "\\" ? "\\\\" : "/")}$`);
}
