/**
 * @file The header of a safetensors file: an 8-byte length, then JSON that locates each tensor.
 *
 *   { "__metadata__": { … strings }, "name": { "dtype": "F32", "shape": [3, 3, 8, 1], "data_offsets": [0, 288] }, … }
 *
 * Source: github.com/huggingface/safetensors, README, "Format". Nothing in it is trusted: every claim is checked before
 * memory is allocated for it.
 */
import { FormatError, show } from "../../tensor/errors.ts";
import { parseJson } from "../../tensor/json.ts";
import { MAX_ELEMENTS, MAX_EXTENT, sizeOf } from "../../tensor/shape.ts";
import { DTYPES } from "../bytes/dtype.ts";

/** Maximum header length that the format allows, in bytes. */
const MAX_HEADER = 100_000_000;

/** A tensor of a safetensors file, as stated in its header. */
export interface TensorEntry {
  readonly dtype: string;
  readonly shape: readonly number[];
  /** Byte offset in the data, which follows the header. */
  readonly begin: number;
  readonly end: number;
}

export interface Header {
  readonly tensors: ReadonlyMap<string, TensorEntry>;
  readonly metadata: ReadonlyMap<string, string>;
}

/** Reads the length of the JSON from the first 8 bytes. @throws FormatError if the format or the file cannot hold it */
export function headerLength(name: string, first: Uint8Array, fileSize: number): number {
  const length = new DataView(first.buffer, first.byteOffset, 8).getBigUint64(0, true);
  if (length > BigInt(MAX_HEADER))
    throw new FormatError(
      `${name}: header claims ${length} bytes, needs at most ${MAX_HEADER}: not a safetensors file, or damaged`,
    );
  if (Number(length) > fileSize - 8) {
    throw new FormatError(`${name}: header claims ${length} bytes, the file has ${fileSize - 8} behind its length`);
  }
  return Number(length);
}

/**
 * @param dataSize bytes after the header
 * @throws FormatError that says which entry is wrong, what was found and what is needed
 */
export function parseHeader(name: string, json: Uint8Array, dataSize: number): Header {
  if (json[0] !== 0x7b) throw new FormatError(`${name}: header does not start with "{", not a safetensors file`);
  const entries = parseJson(`${name}: header`, decodeUtf8(name, json)) as object; // it starts with "{"
  const tensors = new Map<string, TensorEntry>();
  const metadata = new Map<string, string>();
  for (const [key, value] of Object.entries(entries)) {
    if (key === "__metadata__") readMetadata(name, value, metadata);
    else tensors.set(key, readEntry(name, key, value));
  }
  checkLayout(name, tensors, dataSize);
  return { tensors, metadata };
}

function decodeUtf8(name: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new FormatError(`${name}: header is not valid UTF-8`, { cause });
  }
}

function readMetadata(name: string, value: unknown, metadata: Map<string, string>): void {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new FormatError(`${name}: __metadata__ is ${show(value)}, needs an object of strings`);
  }
  for (const [key, text] of Object.entries(value)) {
    if (typeof text !== "string")
      throw new FormatError(`${name}: __metadata__.${key} is ${show(text)}, needs a string`);
    metadata.set(key, text);
  }
}

function readEntry(name: string, key: string, value: unknown): TensorEntry {
  const fail = (what: string): never => {
    throw new FormatError(`${name}: tensor ${show(key)} ${what}`);
  };
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return fail(`is ${show(value)}, needs an object`);
  const { dtype, shape, data_offsets: offsets } = value as { dtype?: unknown; shape?: unknown; data_offsets?: unknown };
  const type = typeof dtype === "string" ? DTYPES.get(dtype) : undefined;
  if (type === undefined) return fail(`has dtype ${show(dtype)}, needs one of ${[...DTYPES.keys()].join(", ")}`);
  const isCount = (n: unknown): n is number => Number.isSafeInteger(n) && (n as number) >= 0;
  if (!Array.isArray(shape) || !shape.every((extent) => isCount(extent) && extent <= MAX_EXTENT)) {
    return fail(`has shape ${show(shape)}, needs integers from 0 to ${MAX_EXTENT}`);
  }
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) {
    return fail(`has data_offsets ${show(offsets)}, needs two non-negative integers`);
  }
  const [begin, end] = offsets;
  if (begin > end) return fail(`begins at byte ${begin}, behind its end ${end}`);
  const elements = shape.includes(0) ? 0 : sizeOf(shape); // ∞ · 0 would be NaN
  if (elements > MAX_ELEMENTS)
    return fail(`has shape ${show(shape)}, ${elements} elements, needs at most ${MAX_ELEMENTS}`);
  const bytes = elements * type.bytes;
  if (end - begin !== bytes)
    return fail(`takes ${end - begin} bytes, its shape ${show(shape)} of ${dtype} needs ${bytes}`);
  return { dtype: dtype as string, shape, begin, end };
}

/** The tensors must cover the data exactly: no gap, no overlap, nothing outside. */
function checkLayout(name: string, tensors: ReadonlyMap<string, TensorEntry>, dataSize: number): void {
  const inOrder = [...tensors].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  let reached = 0;
  for (const [key, { begin, end }] of inOrder) {
    if (begin !== reached) {
      const what = begin < reached ? "overlaps the tensor before it" : "leaves a hole before it";
      throw new FormatError(`${name}: tensor ${show(key)} begins at byte ${begin}, ${what}, needs ${reached}`);
    }
    reached = end;
  }
  if (reached !== dataSize) throw new FormatError(`${name}: tensors end at byte ${reached}, the data at ${dataSize}`);
}
