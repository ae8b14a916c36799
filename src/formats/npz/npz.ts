/** @file NumPy's archives (.npz): zip files with one .npy file per array, named after it. */
import { FormatError } from "../../tensor/errors.ts";
import type { Shape } from "../../tensor/shape.ts";
import { allowance } from "../bytes/unpack.ts";
import { readZip, type ZipEntry } from "../bytes/zip.ts";
import { writeZip } from "../bytes/zipWriter.ts";
import type { StoredTensor } from "../format.ts";
import { type ByteSource, FROM_PYTORCH } from "../source.ts";
import { MAX_HEADER, type NpyArray, readNpy, readNpyHeader, readNpyNumbers, writeNpy } from "./npy.ts";

/**
 * Lists the arrays of an archive, stored or compressed, each to be read as float32.
 *
 * @param maxBytes limit on the total unpacked size of compressed arrays; default 1 GiB
 * @throws FormatError if the source is not such an archive
 */
export async function readNpz(source: ByteSource, maxBytes?: number): Promise<Map<string, StoredTensor>> {
  return arraysIn(source, maxBytes, readNpy);
}

/** Reads the arrays of an archive in float64, which holds every int32. @throws FormatError as {@link readNpz} */
export async function readNpzNumbers(
  source: ByteSource,
): Promise<ReadonlyMap<string, ReturnType<typeof readNpyNumbers>>> {
  const stored = await arraysIn(source, undefined, readNpyNumbers);
  const read = [...stored].map(async ([name, array]) => [name, await array.read()] as const);
  return new Map(await Promise.all(read));
}

/** An array that has not been read. */
interface Stored<T> {
  readonly shape: Shape;
  read(): Promise<T>;
}

async function arraysIn<T>(
  source: ByteSource,
  maxBytes: number | undefined,
  decode: (file: string, bytes: Uint8Array) => T,
): Promise<Map<string, Stored<T>>> {
  const entries = await readZip(source, allowance("readNpz", maxBytes));
  const arrays = entries.filter(({ name }) => name.endsWith(".npy"));
  if (arrays.length === 0) {
    if (entries.some(({ name }) => name.endsWith(".pkl"))) {
      throw new FormatError(`${source.name}: ${checkpointIn(entries)}; ${FROM_PYTORCH}`);
    }
    throw new FormatError(`${source.name}: a zip archive without .npy files, needs NumPy's .npz`);
  }
  const found = new Map<string, Stored<T>>();
  for (const { name, size, head, read } of arrays) {
    const file = `${source.name}: ${name}`;
    const { shape } = readNpyHeader(file, await head(MAX_HEADER), size); // before the rest is unpacked
    found.set(name.slice(0, -".npy".length), { shape, read: async () => decode(file, await read()) });
  }
  return found;
}

/** Describes a zip archive of PyTorch; the names of its tensors are in a pickle, which is a program. */
function checkpointIn(entries: readonly ZipEntry[]): string {
  const stored = entries.filter(({ name }) => /(^|\/)data\/\d+$/.test(name));
  const bytes = stored.reduce((sum, { size }) => sum + size, 0);
  const isProgram = entries.some(({ name }) => /(^|\/)code\//.test(name));
  const what = isProgram ? "a TorchScript program" : "a PyTorch checkpoint";
  return `${what} of ${stored.length} tensors, ${bytes} bytes, whose names are in a Python pickle`;
}

/** @throws ShapeError if the number of elements of an array does not match its shape */
export function writeNpz(arrays: ReadonlyMap<string, NpyArray>): Uint8Array<ArrayBuffer> {
  return writeZip(new Map([...arrays].map(([name, array]) => [`${name}.npy`, writeNpy(name, array)])));
}
