/**
 * @file The IDX format of MNIST and Fashion-MNIST: two zero bytes, the element type, the number of extents, the extents
 * as 32-bit big-endian integers, then the elements. Source: yann.lecun.com/exdb/mnist. Files may be gzipped.
 */

import { type Allowance, unpacked } from "../formats/bytes/unpack.ts";
import { FormatError } from "../tensor/errors.ts";
import { formatShape, type Shape, sizeOf } from "../tensor/shape.ts";

/** A file's elements, unsigned bytes, row-major. */
export interface Idx {
  readonly shape: Shape;
  readonly data: Uint8Array;
}

const UNSIGNED_BYTE = 8;

/** @param allowed budget for unpacking @throws FormatError if it is not an IDX file, or unpacks to more */
export async function idxIn(name: string, bytes: Uint8Array, allowed: Allowance): Promise<Idx> {
  const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return parseIdx(name, isPacked ? await unzipped(name, bytes, allowed) : bytes);
}

/** Unpacks the header first: it states the number of elements, and only that many are unpacked. */
async function unzipped(name: string, bytes: Uint8Array, allowed: Allowance): Promise<Uint8Array> {
  const unzip = (max: number): ReturnType<typeof unpacked> =>
    unpacked(bytes, "gzip", max).catch((cause: Error) => {
      throw new FormatError(`${name}: broken gzip (${cause.message})`, { cause });
    });
  const head = await unzip(MAX_HEADER);
  const needed = head.isAll ? head.bytes.length : headerOf(name, head.bytes).needed;
  allowed.take(name, needed);
  const { bytes: whole, isAll } = await unzip(needed);
  if (!isAll) throw new FormatError(`${name}: unpacks to more than the ${needed} bytes that it says`);
  return whole;
}

/** Four bytes, and four for each of at most 255 extents. */
const MAX_HEADER = 4 + 4 * 255;

interface IdxHeader {
  readonly shape: Shape;
  readonly start: number;
  /** Bytes of the whole file. */
  readonly needed: number;
}

function headerOf(name: string, bytes: Uint8Array): IdxHeader {
  const [zero, zeroAgain, type, rank] = bytes;
  if (bytes.length < 4 || zero !== 0 || zeroAgain !== 0) {
    throw new FormatError(
      `${name}: begins with ${[...bytes.slice(0, 4)].join(" ") || "nothing"}, an IDX file with 0 0`,
    );
  }
  if (type !== UNSIGNED_BYTE)
    throw new FormatError(`${name}: numbers are of type ${type}, needs ${UNSIGNED_BYTE}, unsigned bytes`);
  const start = 4 + 4 * rank;
  if (bytes.length < start) throw new FormatError(`${name}: ends inside its header, ${bytes.length} of ${start} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: rank }, (_, i) => view.getUint32(4 + 4 * i));
  return { shape, start, needed: start + sizeOf(shape) };
}

function parseIdx(name: string, bytes: Uint8Array): Idx {
  const { shape, start, needed } = headerOf(name, bytes);
  if (bytes.length !== needed) {
    throw new FormatError(`${name}: ${bytes.length - start} numbers, ${formatShape(shape)} needs ${needed - start}`);
  }
  return { shape, data: bytes.subarray(start) };
}
