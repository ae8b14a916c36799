/** @file The number types of safetensors files: their bytes, little-endian, to float32 and nothing back but F32. */
import { FormatError } from "../tensor/errors.ts";

/** Bytes of one element, and how to read it from a DataView. */
export interface Dtype {
  readonly bytes: number;
  read(view: DataView, at: number): number;
}

/** By the names of the format. Integers of 64 bits lose what float32 cannot hold. */
export const DTYPES: ReadonlyMap<string, Dtype> = new Map<string, Dtype>([
  ["F64", { bytes: 8, read: (view, at) => view.getFloat64(at, true) }],
  ["F32", { bytes: 4, read: (view, at) => view.getFloat32(at, true) }],
  ["F16", { bytes: 2, read: (view, at) => fromHalf(view.getUint16(at, true)) }],
  ["BF16", { bytes: 2, read: (view, at) => fromBfloat(view.getUint16(at, true)) }],
  ["I64", { bytes: 8, read: (view, at) => Number(view.getBigInt64(at, true)) }],
  ["U64", { bytes: 8, read: (view, at) => Number(view.getBigUint64(at, true)) }],
  ["I32", { bytes: 4, read: (view, at) => view.getInt32(at, true) }],
  ["U32", { bytes: 4, read: (view, at) => view.getUint32(at, true) }],
  ["I16", { bytes: 2, read: (view, at) => view.getInt16(at, true) }],
  ["U16", { bytes: 2, read: (view, at) => view.getUint16(at, true) }],
  ["I8", { bytes: 1, read: (view, at) => view.getInt8(at) }],
  ["U8", { bytes: 1, read: (view, at) => view.getUint8(at) }],
  ["BOOL", { bytes: 1, read: (view, at) => view.getUint8(at) }],
]);

/** A type whose name has been checked. */
export function dtypeNamed(name: string): Dtype {
  const found = DTYPES.get(name);
  if (found === undefined) throw new Error(`there is no type ${name}`);
  return found;
}

/** The number that 16 bits of IEEE 754 binary16 stand for: 1 sign, 5 exponent, 10 fraction. */
export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24; // subnormal, or a signed zero
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const word = new DataView(new ArrayBuffer(4));

/** The number that 16 bits of bfloat16 stand for: the upper half of a float32. */
export function fromBfloat(bits: number): number {
  word.setUint32(0, bits << 16);
  return word.getFloat32(0);
}

/** Whether this machine keeps numbers as the files do, the lowest byte first. All common ones do. */
const LITTLE_ENDIAN: boolean = new Uint8Array(Float32Array.of(1).buffer)[3] !== 0;

/**
 * All elements as float32: a view of the bytes where they are float32 and lie so that they can be viewed, else an
 * array.
 *
 * @param place for errors
 * @throws FormatError for a finite number outside float32's range: it would become infinite
 */
export function toFloat32(file: string, dtype: Dtype, bytes: Uint8Array): Float32Array {
  if (dtype === DTYPES.get("F32") && LITTLE_ENDIAN) {
    // A copy by the constructor: slice of a Buffer of Node is a view.
    const { buffer, byteOffset, length } = isViewable(bytes) ? bytes : new Uint8Array(bytes);
    return new Float32Array(buffer, byteOffset, length / 4);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return narrowed(file, bytes.length / dtype.bytes, (i) => dtype.read(view, i * dtype.bytes));
}

/**
 * Numbers as float32.
 *
 * @param valueAt number i, in float64
 * @throws FormatError for a finite number outside float32's range
 */
export function narrowed(file: string, size: number, valueAt: (i: number) => number): Float32Array {
  const result = new Float32Array(size);
  for (let i = 0; i < size; i++) {
    const value = valueAt(i);
    result[i] = value;
    if (!Number.isFinite(result[i]) && Number.isFinite(value)) {
      throw new FormatError(`${file}: element ${i} is ${value}, needs a number that float32 reaches, up to 3.4e38`);
    }
  }
  return result;
}

/** The bytes of float32 numbers, the lowest byte first: a view where this machine keeps them so. */
export function floatBytes(values: Float32Array): Uint8Array {
  if (LITTLE_ENDIAN) return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const view = new DataView(new ArrayBuffer(values.byteLength));
  values.forEach((value, i) => {
    view.setFloat32(4 * i, value, true);
  });
  return new Uint8Array(view.buffer);
}

/** Aligned to four bytes, in memory of a fixed size. */
function isViewable({ buffer, byteOffset }: Uint8Array): boolean {
  return byteOffset % 4 === 0 && !(buffer as { resizable?: boolean }).resizable;
}
