/** @file Element types of safetensors files. All are little-endian and decode to float32; only F32 is written. */
import { FormatError } from "../../tensor/errors.ts";

/** Size of an element in bytes, and how to read one. */
export interface Dtype {
  readonly bytes: number;
  read(view: DataView, at: number): number;
}

/** By safetensors name. Large integers lose precision in float32. */
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

/** Returns the type of a name that has been checked. */
export function dtypeNamed(name: string): Dtype {
  const found = DTYPES.get(name);
  if (found === undefined) throw new Error(`there is no type ${name}`);
  return found;
}

/** Decodes an IEEE 754 binary16: 1 sign bit, 5 exponent, 10 fraction. */
export function fromHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24; // subnormal, or a signed zero
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

const word = new DataView(new ArrayBuffer(4));

/** Decodes a bfloat16: the upper half of a float32. */
export function fromBfloat(bits: number): number {
  word.setUint32(0, bits << 16);
  return word.getFloat32(0);
}

/** Whether this machine is little-endian, as the files are. All common ones are. */
const LITTLE_ENDIAN: boolean = new Uint8Array(Float32Array.of(1).buffer)[3] !== 0;

/**
 * Decodes all elements to float32: a view of the bytes if they are suitably aligned F32, else a copy.
 *
 * @param file for messages
 * @throws FormatError for a finite number outside float32's range: it would become infinite
 */
export function toFloat32(file: string, dtype: Dtype, bytes: Uint8Array): Float32Array {
  if (dtype === DTYPES.get("F32") && LITTLE_ENDIAN) {
    // Copied by the constructor: `slice` of a Node Buffer is a view.
    const { buffer, byteOffset, length } = isViewable(bytes) ? bytes : new Uint8Array(bytes);
    return new Float32Array(buffer, byteOffset, length / 4);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return narrowed(file, bytes.length / dtype.bytes, (i) => dtype.read(view, i * dtype.bytes));
}

/**
 * Converts numbers to float32.
 *
 * @param valueAt returns element i, in float64
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

/** Returns the little-endian bytes of float32 numbers: a view if this machine is little-endian. */
export function floatBytes(values: Float32Array): Uint8Array {
  if (LITTLE_ENDIAN) return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const view = new DataView(new ArrayBuffer(values.byteLength));
  values.forEach((value, i) => {
    view.setFloat32(4 * i, value, true);
  });
  return new Uint8Array(view.buffer);
}

/** Returns whether bytes are 4-byte aligned, in memory of fixed size. */
function isViewable({ buffer, byteOffset }: Uint8Array): boolean {
  return byteOffset % 4 === 0 && !(buffer as { resizable?: boolean }).resizable;
}
