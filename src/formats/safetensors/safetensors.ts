/** @file Reads and writes safetensors: a header that locates the tensors, then their bytes. */
import { isMap } from "../../tensor/brands.ts";
import { checkRecord, FormatError, ShapeError, show } from "../../tensor/errors.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { dtypeNamed, floatBytes, narrowed, toFloat32 } from "../bytes/dtype.ts";
import type { ModelFile, StoredTensor } from "../format.ts";
import { type ByteSource, openSource, type WeightsSource } from "../source.ts";
import { headerLength, parseHeader, type TensorEntry } from "./header.ts";

/** Returns whether a tensor is quantised: bytes, with a scale stored next to it. */
function isQuantised(name: string, tensors: ReadonlyMap<string, TensorEntry>): boolean {
  const dtype = tensors.get(name)?.dtype;
  return (dtype === "U8" || dtype === "I8") && tensors.has(`${name}.scale`);
}

/** An open file; only its header has been read. */
export interface SafetensorsFile {
  /** Header entries of the tensors, in file order. */
  readonly tensors: ReadonlyMap<string, TensorEntry>;
  readonly metadata: ReadonlyMap<string, string>;
  /**
   * Reads a tensor as float32. A U8 or I8 tensor accompanied by `name.scale` is quantised and becomes (value - zero
   * point) · scale, where the zero point is `name.zero_point`, or 0 if that is absent.
   *
   * @throws FormatError if the file has no such tensor
   */
  read(name: string): Promise<Tensor>;
  close(): Promise<void>;
}

/**
 * Opens a safetensors file and reads its header; tensors are read on demand.
 *
 * Supported types: F32, F16, BF16, F64, I8 to I64, U8 to U64 and BOOL; all become float32.
 *
 * @throws FormatError if the file is not what it claims to be
 *
 * @example
 * const file = await openSafetensors(writeSafetensors(new Map([["x", tensor([1, 2])]])));
 * (await file.read("x")).toArray(); // [1, 2]
 * file.close();
 */
export async function openSafetensors(from: WeightsSource): Promise<SafetensorsFile> {
  return safetensorsIn(await openSource("openSafetensors", from));
}

async function safetensorsIn(source: ByteSource): Promise<SafetensorsFile> {
  try {
    if (source.size < 8)
      throw new FormatError(`${source.name}: ${source.size} bytes, a safetensors file has at least 8`);
    const length = headerLength(source.name, await source.read(0, 8), source.size);
    const start = 8 + length;
    const { tensors, metadata } = parseHeader(source.name, await source.read(8, start), source.size - start);

    const readPlain = async (name: string): Promise<Tensor> => {
      const entry = tensors.get(name);
      if (entry === undefined) throw new FormatError(`${source.name}: there is no tensor ${show(name)}`);
      const bytes = await source.read(start + entry.begin, start + entry.end);
      return new Tensor(toFloat32(`${source.name}: ${name}`, dtypeNamed(entry.dtype), bytes), entry.shape);
    };
    const read = async (name: string): Promise<Tensor> => {
      const stored = await readPlain(name);
      if (!isQuantised(name, tensors)) return stored;
      const one = async (suffix: string): Promise<number> => {
        const value = await readPlain(`${name}.${suffix}`);
        if (value.size !== 1)
          throw new FormatError(`${source.name}: ${name}.${suffix} has ${value.size} elements, needs 1`);
        return value.data[value.offset];
      };
      const scale = await one("scale");
      const zero = tensors.has(`${name}.zero_point`) ? await one("zero_point") : 0;
      const valueAt = (i: number): number => (stored.data[i] - zero) * scale;
      return new Tensor(narrowed(`${source.name}: ${name}`, stored.size, valueAt), stored.shape);
    };
    return { tensors, metadata, read, close: () => source.close() };
  } catch (error) {
    await source.close();
    throw error;
  }
}

/** Reads the header of a file. Scales and zero points of quantised tensors are left out. */
export async function readSafetensors(source: ByteSource): Promise<ModelFile> {
  const file = await safetensorsIn(source);
  const tensors = new Map<string, StoredTensor>();
  for (const [name, { shape }] of file.tensors) {
    if (!describesAnother(name, file)) tensors.set(name, { shape, read: () => file.read(name) });
  }
  return { producer: "", metadata: file.metadata, tensors, network: null, resolution: null };
}

function describesAnother(name: string, { tensors }: SafetensorsFile): boolean {
  const [, quantised] = /^(.*)\.(?:scale|zero_point)$/.exec(name) ?? [];
  return quantised !== undefined && isQuantised(quantised, tensors);
}

/**
 * Returns the bytes of a safetensors file with these tensors as F32, in the order of the map.
 *
 * @param metadata strings by name
 * @throws ShapeError if a value is not a tensor or a name is reserved
 *
 * @example
 * const bytes = writeSafetensors(new Map([["x", tensor([1, 2])]]), { made: "by hand" });
 * bytes instanceof Uint8Array; // true
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  if (!isMap(tensors)) throw new ShapeError(`writeSafetensors: tensors are ${show(tensors)}, needs a Map`);
  for (const [key, text] of Object.entries(checkRecord("writeSafetensors", "metadata", metadata))) {
    if (typeof text !== "string") {
      throw new ShapeError(`writeSafetensors: metadata.${key} is ${show(text)}, needs a string`);
    }
  }
  // Object.fromEntries defines keys, so that a tensor may be called "__proto__".
  const entries: [string, unknown][] = Object.keys(metadata).length > 0 ? [["__metadata__", metadata]] : [];
  let end = 0;
  for (const [name, tensor] of tensors) {
    if (!(tensor instanceof Tensor))
      throw new ShapeError(`writeSafetensors: ${name} is ${show(tensor)}, needs a Tensor`);
    if (name === "__metadata__") throw new ShapeError(`writeSafetensors: the name ${name} is reserved`);
    const begin = end;
    end += tensor.size * 4;
    entries.push([name, { dtype: "F32", shape: tensor.shape, data_offsets: [begin, end] }]);
  }
  const json = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const length = Math.ceil(json.length / 8) * 8; // padded with spaces, so that the data is aligned
  const bytes = new Uint8Array(8 + length + end).fill(0x20, 8, 8 + length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true);
  bytes.set(json, 8);
  let at = 8 + length;
  for (const tensor of tensors.values()) {
    bytes.set(floatBytes(tensor.toFloat32Array()), at);
    at += 4 * tensor.size;
  }
  return bytes;
}
