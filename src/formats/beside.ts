/** @file Finds files that a model refers to, only in the model's folder: a model must not read arbitrary files. */
import { FormatError, show } from "../tensor/errors.ts";
import type { WeightsSource } from "./source.ts";

/** Returns whether a model is a local file, which has a folder. */
export function isLocal(model: WeightsSource): model is string | URL {
  return typeof model === "string" ? !/^https?:/.test(model) : model instanceof URL && model.protocol === "file:";
}

/**
 * Resolves the path of a regular file in the model's folder or below. Links are refused: they may point anywhere.
 *
 * @param own   what the file holds, for messages
 * @param inner a checked path without `..`, its parts separated by /
 * @throws FormatError unless every part of the path exists and the last one is a regular file
 */
export async function fileBeside(
  own: string,
  model: string | URL,
  inner: string,
): Promise<{ path: string; size: number }> {
  const [{ lstat }, { dirname, join }, { fileURLToPath }] = await Promise.all([
    import("node:fs/promises"),
    import("node:path"),
    import("node:url"),
  ]);
  let path = dirname(model instanceof URL ? fileURLToPath(model) : model);
  const parts = inner.split("/");
  for (const [i, part] of parts.entries()) {
    path = join(path, part);
    const there = await lstat(path).catch((cause: Error) => {
      throw new FormatError(`${own} lies in ${show(inner)}, which cannot be read (${cause.message})`, { cause });
    });
    const isLast = i === parts.length - 1;
    if (isLast && there.isFile()) return { path, size: there.size };
    if (isLast || !there.isDirectory()) {
      throw new FormatError(`${own} lies in ${show(inner)}, which is not a plain file`);
    }
  }
  throw new FormatError(`${own} lies in ${show(inner)}, which is not a plain file`);
}
