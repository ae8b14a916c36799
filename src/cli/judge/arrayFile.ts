/** @file Reads arrays from every format that `separable vectors` writes or a kernel's answer may have. */
import { stat } from "node:fs/promises";
import { extname } from "node:path";
import { readNpyNumbers } from "../../formats/npz/npy.ts";
import { readNpzNumbers } from "../../formats/npz/npz.ts";
import { openSource } from "../../formats/source.ts";
import { FormatError, show } from "../../tensor/errors.ts";
import { parseJson } from "../../tensor/json.ts";
import type { QuantizedType } from "../../tensor/quantizedTensor.ts";
import type { Shape } from "../../tensor/shape.ts";
import { readWhole } from "../terminal/files.ts";
import { type FoundArray, parseHeader, parseHex } from "./texts.ts";

/** Contents of a file: arrays by name ("" for one without a name), integers, and words. */
export interface ArrayFile {
  readonly arrays: ReadonlyMap<string, FoundArray>;
  readonly numbers: ReadonlyMap<string, number>;
  readonly words: ReadonlyMap<string, string>;
}

const NONE: ReadonlyMap<string, never> = new Map<string, never>();

/** Element type of a file that contains only numbers. */
export type RawElement = "float32" | QuantizedType;

/**
 * @param element type of a file that contains only numbers
 * @throws FormatError if the file does not exist, has none of these formats, or is damaged
 */
export async function readArrayFile(path: string, element: RawElement = "float32"): Promise<ArrayFile> {
  const bytes = await readWhole(path);
  const head = bytes.subarray(0, 64).toString("latin1");
  if (head.startsWith("PK")) return fromNpz(path, bytes);
  if (head.startsWith("\x93NUMPY")) {
    const { shape, data } = readNpyNumbers(path, bytes);
    return { arrays: new Map([["", { shape, data, areWords: false }]]), numbers: NONE, words: NONE };
  }
  const extension = extname(path).toLowerCase();
  if (extension === ".h") return { ...parseHeader(path, bytes.toString("utf8")), words: NONE };
  if (extension === ".hex" || extension === ".mem") return unnamed(parseHex(path, bytes.toString("utf8")), true);
  if (extension === ".json" || /^\s*[[{]/.test(head)) return fromJson(path, bytes.toString("utf8"));
  if (element !== "float32")
    return unnamed(Float64Array.from(element === "int8" ? new Int8Array(bytes) : bytes), false);
  if (bytes.length === 0 || bytes.length % 4 !== 0) {
    throw new FormatError(`${path}: has ${bytes.length} bytes, float32 numbers need a multiple of 4`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return unnamed(
    Float32Array.from({ length: bytes.length / 4 }, (_, i) => view.getFloat32(4 * i, true)),
    false,
  );
}

export async function isFolder(path: string): Promise<boolean> {
  const there = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    throw new FormatError(`${path}: cannot be read (${cause.code})`, { cause });
  });
  return there.isDirectory();
}

function unnamed(data: FoundArray["data"], areWords: boolean): ArrayFile {
  return { arrays: new Map([["", { shape: null, data, areWords }]]), numbers: NONE, words: NONE };
}

async function fromNpz(path: string, bytes: Uint8Array): Promise<ArrayFile> {
  const source = { ...(await openSource("judge", bytes)), name: path };
  const arrays = new Map<string, FoundArray>();
  const numbers = new Map<string, number>();
  for (const [name, { shape, data }] of await readNpzNumbers(source)) {
    if (shape.length === 0) numbers.set(name, data[0]);
    else arrays.set(name, { shape, data, areWords: false });
  }
  return { arrays, numbers, words: NONE };
}

function fromJson(path: string, text: string): ArrayFile {
  const found = parseJson(path, text);
  if (Array.isArray(found)) return { arrays: new Map([["", nested(path, found)]]), numbers: NONE, words: NONE };
  if (typeof found !== "object" || found === null) {
    throw new FormatError(`${path}: is ${show(found)}, needs an array, or an object of arrays`);
  }
  const arrays = new Map<string, FoundArray>();
  const numbers = new Map<string, number>();
  const words = new Map<string, string>();
  for (const [name, value] of Object.entries(found)) {
    const { shape, data } = (value ?? {}) as { readonly shape?: unknown; readonly data?: unknown };
    if (Array.isArray(value)) arrays.set(name, nested(`${path}: ${name}`, value));
    else if (Array.isArray(shape) && Array.isArray(data)) arrays.set(name, flat(`${path}: ${name}`, shape, data));
    else if (typeof value === "string") words.set(name, value);
    else if (typeof value === "number") numbers.set(name, value);
    else if ((name === "geometry" || name === "levels") && typeof value === "object" && value !== null) {
      for (const [extent, size] of Object.entries(value)) if (typeof size === "number") numbers.set(extent, size);
    }
  }
  return { arrays, numbers, words };
}

function flat(file: string, shape: readonly unknown[], data: readonly unknown[]): FoundArray {
  const found = nested(file, data);
  const size = shape.reduce<number>(
    (product, extent) => product * (typeof extent === "number" ? extent : Number.NaN),
    1,
  );
  if (size !== found.data.length) {
    throw new FormatError(`${file}: has ${found.data.length} numbers, its shape ${show(shape)} needs ${size}`);
  }
  return { ...found, shape: shape as Shape };
}

/**
 * Flattens nested arrays row by row. Numbers that JSON lacks are strings, or null for NaN, as JSON.stringify writes it.
 */
function nested(file: string, value: readonly unknown[]): FoundArray {
  const shape: number[] = [];
  for (let level: unknown = value; Array.isArray(level); level = level[0]) shape.push(level.length);
  const data: number[] = [];
  const visit = (level: unknown, axis: number): void => {
    if (Array.isArray(level) && level.length === shape[axis]) {
      for (const inner of level) visit(inner, axis + 1);
      return;
    }
    const number = level === null ? Number.NaN : typeof level === "string" ? SPECIAL.get(level) : level;
    if (axis === shape.length && typeof number === "number") data.push(number);
    else
      throw new FormatError(
        `${file}: number ${data.length} is ${show(level)}, needs a number in arrays of equal length`,
      );
  };
  visit(value, 0);
  return { shape, data: Float64Array.from(data), areWords: false };
}

const SPECIAL: ReadonlyMap<string, number> = new Map([
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
]);
