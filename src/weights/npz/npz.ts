/** @file NumPy's archive of arrays: a zip file whose entries are .npy files, named as the arrays. */
import { FormatError } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { ByteSource } from "../source.ts";
import { type NpyArray, readNpy, writeNpy } from "./npy.ts";
import { readZip, writeZip } from "./zip.ts";

/** All arrays of an archive, stored or compressed, as float32. @throws FormatError if it is not one */
export async function readNpz(source: ByteSource): Promise<Map<string, Tensor>> {
  const entries = await readZip(source);
  const arrays = entries.filter(({ name }) => name.endsWith(".npy"));
  if (arrays.length === 0) {
    const isPickle = entries.some(({ name }) => name.endsWith(".pkl"));
    const what = isPickle ? "a PyTorch checkpoint, which is a Python pickle" : "a zip archive without .npy files";
    throw new FormatError(`${source.name}: ${what}, needs NumPy's .npz`);
  }
  const tensors = new Map<string, Tensor>();
  for (const { name, read } of arrays) {
    tensors.set(name.slice(0, -".npy".length), readNpy(`${source.name}: ${name}`, await read()));
  }
  return tensors;
}

/** @throws ShapeError if an array has more or fewer numbers than its shape */
export function writeNpz(arrays: ReadonlyMap<string, NpyArray>): Uint8Array<ArrayBuffer> {
  return writeZip(new Map([...arrays].map(([name, array]) => [`${name}.npy`, writeNpy(name, array)])));
}
