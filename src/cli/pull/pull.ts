/** @file `separable pull`: a published checkpoint into the cache, under a name that carries its SHA-256. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { FormatError } from "../../tensor/errors.ts";
import { shardPaths } from "../../weights/tfjs.ts";
import { size as inBytes, progress } from "../terminal.ts";
import { cacheFolder } from "./cache.ts";
import { type Checkpoint, checkpointNamed, urlOf } from "./checkpoints.ts";
import { type DownloadOptions, download } from "./download.ts";

/** The model's file of a checkpoint that is in the cache; null if it is not. */
export async function cachedModel({ name, path }: Checkpoint): Promise<string | null> {
  const folder = cacheFolder();
  const entries = await readdir(folder).catch(() => []);
  const own = entries.find(
    (entry) => entry.startsWith(`${name}-`) && /^[0-9a-f]{64}$/.test(entry.slice(name.length + 1)),
  );
  if (own === undefined) return null;
  const model = join(folder, own, fileNameOf(path));
  return (await stat(model).catch(() => null)) === null ? null : model;
}

/**
 * Downloads a checkpoint into the cache: first into a folder of its own, which gets its name when everything is there and right.
 *
 * @returns the path of the model's file
 * @throws FormatError that says what to do
 */
export async function pullCheckpoint(
  command: string,
  checkpoint: Checkpoint,
  options: DownloadOptions = {},
): Promise<string> {
  const { name, hasShards } = checkpoint;
  const url = urlOf(checkpoint);
  const folder = cacheFolder();
  const partial = join(folder, `${name}.partial`);
  await mkdir(partial, { recursive: true }).catch((cause: Error) => {
    throw new FormatError(
      `${command}: ${folder} cannot be written (${cause.message}); SEPARABLE_CACHE names another folder`,
      {
        cause,
      },
    );
  });
  const paths: string[] = [];
  const take = async (from: string, path: string): Promise<void> => {
    const target = join(partial, path);
    await mkdir(dirname(target), { recursive: true });
    const isDone =
      (await stat(target).catch(() => null)) !== null && (await stat(`${target}.etag`).catch(() => null)) === null;
    if (!isDone) {
      const { sha256 } = await download(from, target, { onProgress: showBytes(path), ...options });
      await checkHash(from, target, sha256);
    }
    paths.push(path);
  };
  const model = fileNameOf(checkpoint.path);
  await take(url, model);
  if (hasShards) {
    for (const path of shardPaths(model, await readJson(url, join(partial, model))))
      await take(new URL(path, url).href, path);
  }
  progress("");
  const final = join(folder, `${name}-${await hashOf(paths.map((path) => join(partial, path)))}`);
  await rm(final, { recursive: true, force: true });
  await rename(partial, final);
  return join(final, model);
}

/** The file of a checkpoint by name, pulled if it is not in the cache yet; null for a name that no checkpoint has. */
export async function pulled(command: string, name: string): Promise<string | null> {
  const checkpoint = checkpointNamed(name);
  if (checkpoint === null) return null;
  return (await cachedModel(checkpoint)) ?? pullCheckpoint(command, checkpoint);
}

function fileNameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

async function readJson(url: string, path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    await rm(path, { force: true });
    throw new FormatError(`${url}: what came is no JSON (${(cause as Error).message}); it is removed`, { cause });
  }
}

/** A file that is not what its server says is removed: it would never become right. */
async function checkHash(url: string, path: string, expected: string | null): Promise<void> {
  if (expected === null) return;
  const found = await hashOf([path]);
  if (found === expected) return;
  await rm(path, { force: true });
  throw new FormatError(`${url}: the SHA-256 of what came is ${found}, the server says ${expected}; it is removed`);
}

/** SHA-256 of files one after the other. */
async function hashOf(paths: readonly string[]): Promise<string> {
  const hash = createHash("sha256");
  for (const path of paths) for await (const chunk of createReadStream(path)) hash.update(chunk as Uint8Array);
  return hash.digest("hex");
}

function showBytes(path: string): NonNullable<DownloadOptions["onProgress"]> {
  let last = 0;
  return (bytes, of) => {
    if (bytes !== of && performance.now() - last < 100) return;
    last = performance.now();
    if (of === null) progress(`${path}: ${inBytes(bytes)}`);
    else {
      const filled = Math.round((20 * bytes) / Math.max(of, 1));
      progress(`${path} ${"█".repeat(filled)}${"░".repeat(20 - filled)} ${inBytes(bytes)} of ${inBytes(of)}`);
    }
  };
}
