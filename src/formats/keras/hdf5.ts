/// <reference path="./jsfive.d.ts" />
/**
 * @file Reads HDF5, the container of Keras' weights, with jsfive, an optional package that is loaded on demand.
 *
 * What it returns is checked: nested groups, text, and numbers of any type as float32.
 */
import type { Dataset, Group } from "jsfive";
import { FormatError, show } from "../../tensor/errors.ts";
import { checkShape, sizeOf } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { narrowed } from "../bytes/dtype.ts";
import type { StoredTensor } from "../format.ts";

export interface Hdf5 {
  /** A text attribute of a group, "" for the outermost group; undefined if it has none of that name. */
  text(group: string, name: string): string | undefined;
  /** All datasets, by their paths. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
}

/** Maximum groups and datasets. */
const MAX_ENTRIES = 20_000;
/** Maximum nesting depth of groups. */
const MAX_DEPTH = 64;

/**
 * @param isWanted which of the outermost groups are read
 * @throws FormatError if the reader is not installed, or the file cannot be read
 */
export async function openHdf5(
  file: string,
  bytes: Uint8Array,
  isWanted: (group: string) => boolean = () => true,
): Promise<Hdf5> {
  const { Dataset, File } = await import("jsfive").catch((cause: Error) => {
    throw new FormatError(
      `${file}: HDF5 needs the reader jsfive, which is not installed: npm install jsfive (other formats need none)`,
      { cause },
    );
  });
  const guarded = guardOf(file);
  const { buffer, byteOffset, length } = bytes;
  const own = byteOffset === 0 && length === buffer.byteLength ? buffer : bytes.slice().buffer;
  const root = guarded(
    () => "the HDF5 file",
    () => new File(own as ArrayBuffer, file),
  );
  const groups = new Map<string, Group>([["", root]]);
  const tensors = new Map<string, StoredTensor>();
  let entries = 0;
  const visit = (group: Group, path: string, depth: number): void => {
    for (const key of guarded(
      () => `the group ${show(path)}`,
      () => group.keys,
    )) {
      if (depth === 0 && !isWanted(key)) continue;
      if (++entries > MAX_ENTRIES) throw new FormatError(`${file}: has over ${MAX_ENTRIES} groups and datasets`);
      const inner = path === "" ? key : `${path}/${key}`;
      const one = guarded(
        () => show(inner),
        () => group.get(key),
      );
      if (one instanceof Dataset) {
        const stored = storedTensor(file, inner, one, guarded);
        if (stored !== null) tensors.set(inner, stored);
      } else if (depth < MAX_DEPTH) {
        groups.set(inner, one);
        visit(one, inner, depth + 1);
      } else throw new FormatError(`${file}: has groups over ${MAX_DEPTH} deep, needs at most that`);
    }
  };
  visit(root, "", 0);
  return {
    tensors,
    text: (group, name) =>
      guarded(
        () => `the attribute ${show(name)}`,
        () => {
          const attributes = groups.get(group)?.attrs ?? {};
          return Object.hasOwn(attributes, name) ? textOf(attributes[name]) : undefined;
        },
      ),
  };
}

type Guarded = <T>(what: () => string, run: () => T) => T;

/** Turns whatever the reader throws for a damaged file into an error that states what could not be read. */
function guardOf(file: string): Guarded {
  return (what, run) => {
    try {
      return run();
    } catch (cause) {
      const said = cause instanceof Error ? cause.message : String(cause);
      const why = said.trim().replace(/^\w+\("(.*)"\)$/s, "$1"); // jsfive throws text
      throw new FormatError(`${file}: ${what()} cannot be read (${why})`, { cause });
    }
  };
}

/** @returns null for text and other data without numbers */
function storedTensor(file: string, path: string, dataset: Dataset, guarded: Guarded): StoredTensor | null {
  const name = `${file}: ${show(path)}`;
  const dtype = guarded(
    () => `the type of ${show(path)}`,
    () => dataset.dtype,
  );
  if (typeof dtype !== "string" || !/^[<>|]?[fiu][1248]$/.test(dtype)) return null;
  const shape = guarded(
    () => `the shape of ${show(path)}`,
    () => checkShape("hdf5", "shape", dataset.shape),
  );
  return {
    shape,
    read: async () => {
      const values = guarded(
        () => show(path),
        () => dataset.value,
      ) as ArrayLike<unknown> | null | undefined;
      const size = sizeOf(shape);
      if (values?.length !== size) throw new FormatError(`${name} has ${values?.length} numbers, its shape ${size}`);
      return new Tensor(
        narrowed(name, size, (i) => Number(values[i])),
        shape,
      );
    },
  };
}

/** Text, alone or in a list of one, without its padding of zeros. */
function textOf(value: unknown): string | undefined {
  const one = Array.isArray(value) && value.length === 1 ? value[0] : value;
  return typeof one === "string" ? one.replace(/\0+$/, "") : undefined;
}
