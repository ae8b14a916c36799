/**
 * @file NumPy's archive of arrays, written: a zip file without compression whose entries are .npy files.
 *
 * Sources: NumPy's "NPY format" (numpy.lib.format), version 1.0; PKWARE's APPNOTE for zip, sections 4.3.7, 4.3.12, 4.3.16.
 */

import { ShapeError } from "../tensor/errors.ts";
import { formatShape, type Shape, sizeOf } from "../tensor/shape.ts";

/** Row by row. */
export interface NpyArray {
  readonly shape: Shape;
  readonly data: Float32Array | Float64Array | Int32Array;
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]; // "\x93NUMPY", version 1.0
const ALIGNMENT = 64;

/** @throws ShapeError if an array has more or fewer numbers than its shape */
export function writeNpz(arrays: ReadonlyMap<string, NpyArray>): Uint8Array<ArrayBuffer> {
  const local: Uint8Array[] = [];
  const central: Uint8Array[] = [];
  let offset = 0;
  for (const [name, array] of arrays) {
    const entry = new TextEncoder().encode(`${name}.npy`);
    const body = npy(name, array);
    const shared = [crc32(body), body.length, body.length] as const;
    const head = bytesOf([0x04034b50, 4], [20, 2], ...fields(shared, entry.length));
    local.push(head, entry, body);
    const place = bytesOf(
      [0x02014b50, 4],
      [20, 2],
      [20, 2],
      ...fields(shared, entry.length),
      [0, 2],
      [0, 2],
      [0, 2],
      [0, 4],
      [offset, 4],
    );
    central.push(place, entry);
    offset += head.length + entry.length + body.length;
  }
  const directory = central.reduce((sum, part) => sum + part.length, 0);
  const count = arrays.size;
  const end = bytesOf([0x06054b50, 4], [0, 2], [0, 2], [count, 2], [count, 2], [directory, 4], [offset, 4], [0, 2]);
  return joined([...local, ...central, end]);
}

/** What both headers of an entry have: flags, method 0 (stored), time and date (1980-01-01), checksum, sizes, name, no extras. */
function fields([checksum, stored, size]: readonly [number, number, number], name: number): [number, 2 | 4][] {
  return [
    [0, 2],
    [0, 2],
    [0, 2],
    [0x21, 2],
    [checksum, 4],
    [stored, 4],
    [size, 4],
    [name, 2],
    [0, 2],
  ];
}

function npy(name: string, { shape, data }: NpyArray): Uint8Array {
  if (data.length !== sizeOf(shape)) {
    throw new ShapeError(
      `writeNpz: ${name} has ${data.length} numbers, its shape ${formatShape(shape)} needs ${sizeOf(shape)}`,
    );
  }
  const type = data instanceof Float32Array ? "<f4" : data instanceof Float64Array ? "<f8" : "<i4";
  const dimensions = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const words = `{'descr': '${type}', 'fortran_order': False, 'shape': (${dimensions}), }`;
  const before = MAGIC.length + 2;
  const length = Math.ceil((before + words.length + 1) / ALIGNMENT) * ALIGNMENT - before;
  const header = new TextEncoder().encode(`${words.padEnd(length - 1)}\n`);
  return joined([Uint8Array.from(MAGIC), bytesOf([length, 2]), header, littleEndian(data)]);
}

/** The numbers byte by byte, the lowest first, on any machine. */
function littleEndian(data: NpyArray["data"]): Uint8Array {
  const bytes = new Uint8Array(data.byteLength);
  const view = new DataView(bytes.buffer);
  data.forEach((value, i) => {
    if (data instanceof Float32Array) view.setFloat32(4 * i, value, true);
    else if (data instanceof Float64Array) view.setFloat64(8 * i, value, true);
    else view.setInt32(4 * i, value, true);
  });
  return bytes;
}

/** Numbers of so many bytes each, the lowest byte first. */
function bytesOf(...numbers: readonly (readonly [value: number, bytes: 2 | 4])[]): Uint8Array {
  return Uint8Array.from(
    numbers.flatMap(([value, bytes]) => Array.from({ length: bytes }, (_, i) => (value >>> (8 * i)) & 255)),
  );
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

/** The checksum of zip: CRC-32 of ISO 3309. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ CRC_TABLE[(crc ^ byte) & 255];
  return ~crc >>> 0;
}
