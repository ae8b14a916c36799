/** @file Pulls a published checkpoint into the cache, under a name that contains its SHA-256. */
import { rmSync } from "node:fs";
import { readdir, readFile, rename, rm, rmdir, stat, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { shardPaths } from "../../formats/tfjs/tfjs.ts";
import type { ModelVariations } from "../../models/named.ts";
import { size as inBytes } from "../../report/forms/numbers.ts";
import { FormatError } from "../../tensor/errors.ts";
import { parseModel } from "../input/modelNames.ts";
import { readNetwork } from "../input/networkFile.ts";
import { isThere, makeFolder } from "../terminal/files.ts";
import { onInterrupt } from "../terminal/interrupt.ts";
import { progress } from "../terminal/terminal.ts";
import { cacheFolder } from "./cache.ts";
import { type Checkpoint, checkpointNamed, urlOf } from "./checkpoints.ts";
import { type DownloadOptions, download, tagFileOf } from "./download.ts";
import { checkContent, checkHash, contentOf, orRemoved } from "./verify.ts";

export interface PullOptions extends DownloadOptions {
  /** Whether content that differs from the first pull's is accepted, and recorded instead. */
  readonly mayDiffer?: boolean;
}

/** Returns the model file of a cached checkpoint, of the latest pull; null if there is none. */
export async function cachedModel({ name, path }: Checkpoint): Promise<string | null> {
  const found: { readonly model: string; readonly time: number }[] = [];
  for (const folder of await foldersOf(name)) {
    const model = join(folder, fileNameOf(path));
    const there = await stat(model).catch(() => null);
    if (there !== null) found.push({ model, time: (await stat(folder)).mtimeMs });
  }
  return found.sort((a, b) => b.time - a.time)[0]?.model ?? null;
}

/** Lists the complete folders of a checkpoint, named after it and a SHA-256. */
async function foldersOf(name: string): Promise<readonly string[]> {
  const entries = await readdir(cacheFolder()).catch(() => []);
  const isOwn = (entry: string) => entry.startsWith(`${name}-`) && /^[0-9a-f]{64}$/.test(entry.slice(name.length + 1));
  return entries.filter(isOwn).map((entry) => join(cacheFolder(), entry));
}

/**
 * Downloads a checkpoint into the cache: first into a partial folder, which is renamed when everything is complete and
 * verified. One process at a time.
 *
 * @returns the path of the model file
 * @throws FormatError with advice
 */
export async function pullCheckpoint(
  command: string,
  checkpoint: Checkpoint,
  options: PullOptions = {},
): Promise<string> {
  const folder = cacheFolder();
  const lock = join(folder, `${checkpoint.name}.lock`);
  try {
    await makeFolder(folder);
    await takeLock(command, checkpoint.name, lock);
  } catch (cause) {
    if (cause instanceof FormatError) throw cause;
    const what = `${command}: ${folder} cannot be written (${(cause as Error).message})`;
    throw new FormatError(`${what}; SEPARABLE_CACHE names another folder`, { cause });
  }
  const restore = onInterrupt(() => {
    rmSync(lock, { force: true });
    return `the partial download of ${checkpoint.name} is kept; the same command continues it`;
  });
  try {
    return await pullAlone(checkpoint, options);
  } catch (cause) {
    if (cause instanceof FormatError || (cause as NodeJS.ErrnoException).code === undefined) throw cause;
    throw new FormatError(`${command}: ${folder} cannot be used (${(cause as Error).message})`, { cause });
  } finally {
    restore();
    progress("");
    await rmdir(join(folder, `${checkpoint.name}.partial`)).catch(() => {}); // if nothing has been received
    await rm(lock, { force: true });
  }
}

/** Creates the lock, a file with the process id; that of a dead process is replaced. */
async function takeLock(command: string, name: string, lock: string): Promise<void> {
  const mine = () => writeFile(lock, String(process.pid), { flag: "wx" });
  try {
    await mine();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "EEXIST") throw cause;
    const other = Number(await readFile(lock, "utf8").catch(() => ""));
    if (other !== process.pid && isAlive(other)) {
      throw new FormatError(`${command}: process ${other} is pulling ${name}, wait for it (or delete ${lock})`);
    }
    await rm(lock, { force: true });
    await mine();
  }
}

function isAlive(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

async function pullAlone(checkpoint: Checkpoint, options: PullOptions): Promise<string> {
  const { name, hasShards } = checkpoint;
  const url = urlOf(checkpoint);
  const partial = join(cacheFolder(), `${name}.partial`);
  const paths: string[] = [];
  const ofCheckpoint = async (variations: ModelVariations) => parseModel("pull", checkpoint.model).graph(variations);
  const take = async (from: string, path: string): Promise<void> => {
    if (paths.includes(path)) return;
    const target = join(partial, path);
    await makeFolder(dirname(target));
    // A complete file has no ETag beside it.
    if (!(await isThere(target)) || (await isThere(tagFileOf(target)))) {
      const { sha256 } = await download(from, target, { onProgress: showBytes(path), ...options });
      await checkHash(from, target, sha256);
      await rm(tagFileOf(target), { force: true });
    }
    paths.push(path);
  };
  const model = fileNameOf(checkpoint.path);
  await take(url, model);
  const shards = await orRemoved(checkpoint, partial, async () => {
    return hasShards ? shardPaths(model, JSON.parse(await readFile(join(partial, model), "utf8"))) : [];
  });
  for (const path of shards) await take(new URL(path, url).href, path);
  await orRemoved(checkpoint, partial, () => readNetwork("pull", join(partial, model), { network: ofCheckpoint }));
  const content = await contentOf(paths.map((path) => join(partial, path)));
  await checkContent(checkpoint, content, partial, options.mayDiffer ?? false);
  const final = join(cacheFolder(), `${name}-${content.sha256}`);
  const older = await foldersOf(name);
  if (older.includes(final)) await rm(partial, { recursive: true, force: true });
  else await rename(partial, final);
  const now = new Date();
  await utimes(final, now, now);
  for (const other of older) if (other !== final) await rm(other, { recursive: true, force: true });
  return join(final, model);
}

/** Returns the model file of a checkpoint, pulled if it is not cached yet; null for an unknown name. */
export async function pulled(command: string, name: string): Promise<string | null> {
  const checkpoint = checkpointNamed(name);
  if (checkpoint === null) return null;
  return (await cachedModel(checkpoint)) ?? pullCheckpoint(command, checkpoint);
}

function fileNameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
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
