/**
 * @file Reads HDF5, the container of Keras' weights, by jsfive: an optional package, loaded when such a file comes.
 *
 * What it gives is checked: groups within groups, text and numbers of any type as float32.
 */
import { FormatError, show } from "../../tensor/errors.ts";
import { checkShape } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { narrowed } from "../bytes/dtype.ts";
import type { StoredTensor } from "../format.ts";

export interface Hdf5 {
  /** Text attributes of a group, "" for the outermost; undefined if it has none of that name. */
  text(group: string, name: string): string | undefined;
  /** Whether there is a group or dataset of that path. */
  has(path: string): boolean;
  /** All datasets under a group, by their paths from there. */
  tensors(group: string): ReadonlyMap<string, StoredTensor>;
}

/** Maximum groups and datasets. */
const MAX_ENTRIES = 100_000;
/** Maximum groups within groups. */
const MAX_DEPTH = 64;

/** @throws FormatError if the reader is not installed, or the file cannot be read */
export async function openHdf5(file: string, bytes: Uint8Array): Promise<Hdf5> {
  const jsfive = await import("jsfive").catch((cause: Error) => {
    throw new FormatError(
      `${file}: HDF5 needs the reader jsfive, which is not installed: npm install jsfive (other formats need none)`,
      { cause },
    );
  });
  const guarded = <T>(what: string, run: () => T): T => {
    try {
      return run();
    } catch (cause) {
      if (cause instanceof FormatError) throw cause;
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new FormatError(`${file}: ${what} cannot be read (${why.trim()})`, { cause });
    }
  };
  const { buffer, byteOffset, length } = bytes;
  const own = byteOffset === 0 && length === buffer.byteLength ? buffer : bytes.slice().buffer;
  const root = guarded("the HDF5 file", () => new jsfive.File(own as ArrayBuffer, file));
  const at = (path: string) => (path === "" ? root : root.get(path));
  return {
    text: (group, name) =>
      guarded(`the attribute ${show(name)}`, () => {
        const { attrs } = at(group);
        return Object.hasOwn(attrs, name) ? textOf(attrs[name]) : undefined;
      }),
    has: (path) => {
      try {
        return at(path) !== null && at(path) !== undefined;
      } catch {
        return false;
      }
    },
    tensors: (group) => {
      const found = new Map<string, StoredTensor>();
      let entries = 0;
      const visit = (path: string, depth: number): void => {
        const keys = guarded(`the group ${show(path)}`, () => (at(path) as typeof root).keys);
        for (const key of keys) {
          if (++entries > MAX_ENTRIES) throw new FormatError(`${file}: has over ${MAX_ENTRIES} groups and datasets`);
          const inner = path === "" ? key : `${path}/${key}`;
          const one = guarded(show(inner), () => at(inner));
          if (one instanceof jsfive.Dataset) {
            const name = inner.slice(group === "" ? 0 : group.length + 1);
            found.set(name, storedTensor(`${file}: ${show(name)}`, one, guarded));
          } else if (depth >= MAX_DEPTH)
            throw new FormatError(`${file}: has groups ${depth} deep, needs at most ${MAX_DEPTH}`);
          else visit(inner, depth + 1);
        }
      };
      visit(group, 0);
      return found;
    },
  };
}

type Guarded = <T>(what: string, run: () => T) => T;

function storedTensor(
  file: string,
  dataset: { readonly shape: unknown; readonly dtype: unknown; readonly value: unknown },
  guarded: Guarded,
): StoredTensor {
  const shape = guarded(`${file}: its shape`, () => checkShape("hdf5", "shape", dataset.shape));
  return {
    shape,
    read: async () => {
      const { dtype } = dataset;
      const isNumeric = typeof dtype === "string" && /^[<>|]?[fiu][1248]$/.test(dtype);
      if (!isNumeric) throw new FormatError(`${file} has the type ${show(dtype)}, needs numbers`);
      const values = guarded(`${file}: its numbers`, () => dataset.value) as ArrayLike<unknown>;
      const size = shape.reduce((product, extent) => product * extent, 1);
      if (values?.length !== size) throw new FormatError(`${file} has ${values?.length} numbers, its shape ${size}`);
      return new Tensor(
        narrowed(file, size, (i) => Number(values[i])),
        shape,
      );
    },
  };
}

/** Text, alone or in a list of one; without the zeros that fill it up. */
function textOf(value: unknown): string | undefined {
  const one = Array.isArray(value) && value.length === 1 ? value[0] : value;
  return typeof one === "string" ? one.replace(/\0+$/, "") : undefined;
}
