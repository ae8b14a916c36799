/**
 * @file The wire format of Protocol Buffers: fields one after another, each beginning with a number and a wire type.
 *
 *   key = field · 8 + wire type       0 varint: seven bits a byte, lowest first; the top bit is set if more follow
 *                                     1 eight bytes    2 a length and that many bytes    5 four bytes
 *
 * Source: protobuf.dev, "Encoding". Nothing is trusted: lengths are checked before bytes are read.
 */
import { FormatError } from "../../tensor/errors.ts";

export const VARINT = 0;
const FIXED64 = 1;
export const BYTES = 2;
export const FIXED32 = 5;

/** Maximum nesting depth of messages. */
const MAX_DEPTH = 64;

/** A message's bytes and nesting depth. */
export interface Message {
  readonly bytes: Uint8Array;
  readonly depth: number;
  /** The file and the fields on the way to the message, for errors: "model.onnx: graph.node". */
  readonly path: string;
}

export interface Field {
  readonly number: number;
  readonly value: FieldValue;
}

export type FieldValue =
  | { readonly kind: "varint"; readonly value: bigint }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "fixed"; readonly bytes: Uint8Array };

export function rootMessage(path: string, bytes: Uint8Array): Message {
  return { bytes, depth: 0, path };
}

/** Yields the fields of a message in order. @throws FormatError at the first invalid one */
export function* fieldsOf({ bytes, path }: Message): Generator<Field> {
  const fail = (what: string, at: number): never => {
    throw new FormatError(`${path}: ${what} at byte ${at}, not a protobuf message`);
  };
  let at = 0;
  const varint = (): bigint => {
    const start = at;
    let value = 0n;
    for (let i = 0; i < 10; i++) {
      if (at >= bytes.length) return fail("a number without its end", start);
      const byte = bytes[at++];
      value |= BigInt(byte & 0x7f) << BigInt(7 * i);
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    return fail("a number of more than ten bytes", start);
  };
  const take = (length: number | bigint, start: number): Uint8Array => {
    if (BigInt(length) > BigInt(bytes.length - at)) {
      return fail(`${length} bytes where ${bytes.length - at} are left`, start);
    }
    const taken = bytes.subarray(at, at + Number(length));
    at += Number(length);
    return taken;
  };
  while (at < bytes.length) {
    const start = at;
    const key = varint();
    const number = Number(key >> 3n);
    if (number === 0 || number > 0x1fffffff) fail(`field ${number}`, start);
    switch (Number(key & 7n)) {
      case VARINT:
        yield { number, value: { kind: "varint", value: varint() } };
        break;
      case FIXED64:
        yield { number, value: { kind: "fixed", bytes: take(8, start) } };
        break;
      case BYTES:
        yield { number, value: { kind: "bytes", bytes: take(varint(), start) } };
        break;
      case FIXED32:
        yield { number, value: { kind: "fixed", bytes: take(4, start) } };
        break;
      default:
        fail(`wire type ${key & 7n}`, start);
    }
  }
}

/** Elements of a repeated field, whether packed or not. */
export type Numbers = Float64Array | readonly number[];

/** Typed access to a field; each method throws, naming the field, if the wire type does not match. */
export interface FieldReader {
  /** A signed 64-bit integer that a double can hold. */
  integer(): number;
  /** Integers of a repeated field: one, or packed. */
  integers(): Numbers;
  float(): number;
  /** One, or packed. */
  floats(): Numbers;
  doubles(): Numbers;
  text(): string;
  bytes(): Uint8Array;
  message(): Message;
}

export function readerOf({ path, depth }: Message, name: string, { value }: Field): FieldReader {
  const own = `${path}.${name}`;
  const needs = (what: string): never => {
    throw new FormatError(`${own} is ${value.kind === "varint" ? "a number" : `${value.kind}`}, needs ${what}`);
  };
  const bytes = (): Uint8Array => (value.kind === "bytes" ? value.bytes : needs("bytes"));
  const safe = (raw: bigint): number => {
    const signed = BigInt.asIntN(64, raw);
    const number = Number(signed);
    if (Number.isSafeInteger(number)) return number;
    // Slices use the largest and smallest integers for "to the end".
    if (signed > 2n ** 62n || signed < -(2n ** 62n)) return number;
    throw new FormatError(`${own} is ${signed}, needs an integer below 2^53`);
  };
  const packed = (size: 4 | 8): DataView => {
    const data = value.kind === "varint" ? needs("floating-point numbers") : value.bytes;
    if (data.length % size !== 0) {
      throw new FormatError(`${own} has ${data.length} bytes, needs a multiple of ${size}`);
    }
    return new DataView(data.buffer, data.byteOffset, data.byteLength);
  };
  const floats = (size: 4 | 8): Numbers => {
    const view = packed(size);
    const values = new Float64Array(view.byteLength / size);
    return values.map((_, i) => (size === 4 ? view.getFloat32(4 * i, true) : view.getFloat64(8 * i, true)));
  };
  return {
    integer: () => (value.kind === "varint" ? safe(value.value) : needs("an integer")),
    integers: () => {
      if (value.kind === "varint") return [safe(value.value)];
      return varintsOf({ bytes: bytes(), depth, path: own }, safe);
    },
    float: () => {
      return value.kind === "fixed" && value.bytes.length === 4 ? floats(4)[0] : needs("a float");
    },
    floats: () => floats(4),
    doubles: () => floats(8),
    text: () => {
      try {
        return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes());
      } catch (cause) {
        throw cause instanceof FormatError ? cause : new FormatError(`${own} is not valid UTF-8`, { cause });
      }
    },
    bytes,
    message: () => {
      if (depth >= MAX_DEPTH) throw new FormatError(`${own} lies ${MAX_DEPTH} messages deep, needs fewer`);
      return { bytes: bytes(), depth: depth + 1, path: own };
    },
  };
}

/** Decodes packed varints. Each occupies eight bytes of memory, however short it is in the file. */
function varintsOf({ bytes, path }: Message, safe: (raw: bigint) => number): Float64Array {
  let count = 0;
  for (const byte of bytes) if (byte < 0x80) count++;
  const values = new Float64Array(count);
  let [at, start] = [0, 0];
  for (let i = 0; i < bytes.length; i++) {
    if (i - start >= 10) throw new FormatError(`${path} has a number of more than ten bytes`);
    if (bytes[i] >= 0x80) continue;
    values[at++] = i - start < 4 ? shortVarint(bytes, start, i) : safe(longVarint(bytes, start, i));
    start = i + 1;
  }
  if (start < bytes.length) throw new FormatError(`${path} ends within a number`);
  return values;
}

/** Decodes up to four bytes, 28 bits. */
function shortVarint(bytes: Uint8Array, start: number, end: number): number {
  let value = 0;
  for (let i = end; i >= start; i--) value = value * 128 + (bytes[i] & 0x7f);
  return value;
}

function longVarint(bytes: Uint8Array, start: number, end: number): bigint {
  let value = 0n;
  for (let i = end; i >= start; i--) value = value * 128n + BigInt(bytes[i] & 0x7f);
  return BigInt.asUintN(64, value);
}
