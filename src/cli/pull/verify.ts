/** @file Verifies a download: against the checkpoint's network, the server's hash and an earlier pull. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { FormatError, ShapeError } from "../../tensor/errors.ts";
import { writeWhole } from "../terminal/files.ts";
import { cacheFolder } from "./cache.ts";
import { type Checkpoint, type Content, urlOf } from "./checkpoints.ts";
import { tagFileOf } from "./download.ts";

/**
 * Reads the download, and deletes it unless it has all weights of the checkpoint's network: it would make every later
 * pull fail.
 */
export async function orRemoved<T>(checkpoint: Checkpoint, partial: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    const isWrong = cause instanceof SyntaxError || cause instanceof FormatError || cause instanceof ShapeError;
    if (!isWrong) throw cause;
    await rm(partial, { recursive: true, force: true });
    const what = `the download is not ${checkpoint.model} (${cause.message}); it was deleted`;
    throw new FormatError(`${urlOf(checkpoint)}: ${what}`, { cause });
  }
}

/** Deletes a file whose hash is not the server's: resuming could never repair it. */
export async function checkHash(url: string, path: string, expected: string | null): Promise<void> {
  if (expected === null) return;
  const { sha256: found } = await contentOf([path]);
  if (found === expected) return;
  await rm(path, { force: true });
  await rm(tagFileOf(path), { force: true });
  throw new FormatError(`${url}: the download has the SHA-256 ${found}, the server says ${expected}; it was deleted`);
}

/** Size and hash of files, concatenated. */
export async function contentOf(paths: readonly string[]): Promise<Content> {
  const hash = createHash("sha256");
  let bytes = 0;
  for (const path of paths) {
    for await (const chunk of createReadStream(path)) {
      hash.update(chunk as Uint8Array);
      bytes += (chunk as Uint8Array).length;
    }
  }
  return { bytes, sha256: hash.digest("hex") };
}

/** Checks the download against the known content of the checkpoint, or that of the first pull, which is recorded. */
export async function checkContent(
  { name, known, ...rest }: Checkpoint,
  found: Content,
  partial: string,
  mayDiffer: boolean,
): Promise<void> {
  const record = join(cacheFolder(), `${name}.known.json`);
  const expected = known ?? (mayDiffer ? null : await recorded(record));
  if (expected === null) {
    await writeWhole(record, `${JSON.stringify(found)}\n`);
    return;
  }
  if (expected.bytes === found.bytes && expected.sha256 === found.sha256) return;
  await rm(partial, { recursive: true, force: true });
  const [is, was] = [found, expected].map(({ bytes, sha256 }) => `${bytes} bytes with the SHA-256 ${sha256}`);
  const advice = known === null ? `; if its publisher has changed it, --force takes the new one` : "";
  const url = urlOf({ name, known, ...rest });
  throw new FormatError(`${url}: the download has ${is}, needs ${was}; it was deleted${advice}`);
}

async function recorded(record: string): Promise<Content | null> {
  const text = await readFile(record, "utf8").catch(() => null);
  if (text === null) return null;
  try {
    const { bytes, sha256 } = JSON.parse(text);
    if (Number.isSafeInteger(bytes) && /^[0-9a-f]{64}$/.test(sha256)) return { bytes, sha256 };
  } catch {}
  throw new FormatError(`${record}: is damaged, delete it to record the checkpoint anew`);
}
