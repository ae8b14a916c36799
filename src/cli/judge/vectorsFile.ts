/** @file Reads a file or folder of vectors, and recomputes its convolution from the operands. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { FormatError } from "../../tensor/errors.ts";
import type { Precision } from "../../testing/precision.ts";
import { readWhole } from "../terminal/files.ts";
import { type ArrayFile, isFolder, readArrayFile } from "./arrayFile.ts";
import { quantizedVectors } from "./quantizedVectors.ts";
import type { ReadVectors } from "./readVectors.ts";
import { realVectors } from "./realVectors.ts";
import { type FoundArray, parseHex, parseParameters } from "./texts.ts";
import { vectorsReader } from "./vectorsReader.ts";

/**
 * @param precision replaces the one in the file
 * @throws FormatError if the path has no vectors, or damaged ones
 */
export async function readVectors(path: string, precision: Precision | undefined): Promise<ReadVectors> {
  const file = (await isFolder(path)) ? await readHexFolder(path) : await readArrayFile(path);
  try {
    const reader = vectorsReader(path, file);
    const read = hasIntegers(file) ? quantizedVectors(reader) : realVectors(reader, precision);
    const written = file.arrays.get("output");
    if (written === undefined || sameNumbers(read.decode(written), read.output)) return read;
    throw new FormatError(`${path}: its output is not that of its operands; the file is damaged`);
  } catch (cause) {
    if (cause instanceof FormatError) throw cause;
    throw new FormatError(`${path}: ${(cause as Error).message}`, { cause });
  }
}

function hasIntegers({ numbers, words }: ArrayFile): boolean {
  return words.has("rounding") || numbers.has("ROUNDING");
}

async function readHexFolder(path: string): Promise<ArrayFile> {
  const names = await readdir(path);
  if (!names.includes("geometry.vh")) {
    throw new FormatError(`${path}: has no geometry.vh and no index.json, needs a folder that separable vectors wrote`);
  }
  const arrays = new Map<string, FoundArray>();
  for (const name of names.filter((name) => name.endsWith(".hex"))) {
    const data = parseHex(join(path, name), (await readWhole(join(path, name))).toString("utf8"));
    arrays.set(name.slice(0, -".hex".length), { shape: null, data, areWords: true });
  }
  return {
    arrays,
    numbers: parseParameters((await readWhole(join(path, "geometry.vh"))).toString("utf8")),
    words: new Map(),
  };
}

function sameNumbers(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (!Object.is(Math.fround(a[i]) + 0, b[i] + 0)) return false;
  return true;
}
