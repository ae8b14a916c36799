/** @file Files that a model says lie beside it. Only there: a model must not read what it likes. */
import { FormatError, show } from "../tensor/errors.ts";
import type { WeightsSource } from "./source.ts";

/** Whether a model is a file of this machine, which has a folder. */
export function isLocal(model: WeightsSource): model is string | URL {
  return typeof model === "string" ? !/^https?:/.test(model) : model instanceof URL && model.protocol === "file:";
}

/**
 * The path of a plain file in the model's folder or below. A link is none: it may lead anywhere.
 *
 * @param own   for errors: what lies there
 * @param inner a checked path without `..`, with / between its parts
 * @throws FormatError unless every part of the path is there, and the last one is a plain file
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
