/**
 * @file NumPy's .npy files, one array each: a header that is a Python dictionary, then the data.
 *
 *   \x93NUMPY 1 0 (length) {'descr': '<f4', 'fortran_order': False, 'shape': (3, 3, 3, 8), }
 *
 * Source: NumPy's "NPY format" (numpy.lib.format), versions 1.0 to 3.0.
 */

import { concatBytes } from "../../tensor/bytes.ts";
import { FormatError, ShapeError, show } from "../../tensor/errors.ts";
import { checkShape, formatShape, indicesAt, rowMajorStrides, type Shape, sizeOf } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { type Dtype, dtypeNamed, toFloat32 } from "../bytes/dtype.ts";
import { numbers } from "../bytes/zipWriter.ts";

/** An array in row-major order. */
export interface NpyArray {
  readonly shape: Shape;
  readonly data: Float32Array | Float64Array | Int8Array | Uint8Array | Int32Array;
}

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]; // "\x93NUMPY"
const ALIGNMENT = 64;

/** NumPy's types and their safetensors names. The first character is the byte order, "|" for a single byte. */
const TYPES: ReadonlyMap<string, string> = new Map([
  ["<f8", "F64"],
  ["<f4", "F32"],
  ["<f2", "F16"],
  ["<i8", "I64"],
  ["<u8", "U64"],
  ["<i4", "I32"],
  ["<u4", "U32"],
  ["<i2", "I16"],
  ["<u2", "U16"],
  ["|i1", "I8"],
  ["|u1", "U8"],
  ["|b1", "BOOL"],
]);

const HEADER = /^\{\s*'descr':\s*'([^']*)',\s*'fortran_order':\s*(True|False),\s*'shape':\s*\(([\d\s,]*)\),?\s*\}\s*$/;

interface NpyHeader {
  readonly shape: Shape;
  readonly dtype: Dtype;
  /** Whether the first axis varies fastest. */
  readonly isFortran: boolean;
  /** Offset of the data in the file. */
  readonly begin: number;
}

/** Maximum bytes before the data; a header is a dictionary of three short entries. */
export const MAX_HEADER = 4096;

/**
 * Reads and checks the header of an .npy file.
 *
 * @param head  the first bytes, up to {@link MAX_HEADER}
 * @param size  of the whole file in bytes
 * @throws FormatError if it is not a numeric array of that size
 */
export function readNpyHeader(file: string, head: Uint8Array, size: number): NpyHeader {
  const fail = (what: string): never => {
    throw new FormatError(`${file}: ${what}`);
  };
  if (!MAGIC.every((byte, i) => head[i] === byte)) return fail("does not begin like an array of NumPy");
  const [major] = head.subarray(6);
  if (!(major >= 1 && major <= 3) || head.length < 12) return fail(`has the version ${major}, needs 1, 2 or 3`);
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const first = major === 1 ? 10 : 12;
  const begin = first + (major === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (begin > head.length) return fail(`has a header to byte ${begin}, of ${size} and at most ${MAX_HEADER}`);
  const header = new TextDecoder().decode(head.subarray(first, begin));
  const match = HEADER.exec(header);
  if (match === null) return fail(`has the header ${show(header.trim())}, needs descr, fortran_order and shape`);
  const [, descr, fortran, listed] = match;
  const type = TYPES.get(descr);
  if (type === undefined) return fail(`has the type ${show(descr)}, needs one of ${[...TYPES.keys()].join(", ")}`);
  const shape = shapeIn(listed, fail);
  const dtype = dtypeNamed(type);
  const needed = sizeOf(shape) * dtype.bytes;
  if (size - begin !== needed) {
    return fail(`has ${size - begin} bytes, ${formatShape(shape)} of ${descr} needs ${needed}`);
  }
  return { shape, dtype, isFortran: fortran === "True", begin };
}

/** Reads an array as float32. @param file for messages @throws FormatError if the bytes are not a numeric array */
export function readNpy(file: string, bytes: Uint8Array): Tensor {
  const { shape, dtype, isFortran, begin } = readNpyHeader(file, bytes.subarray(0, MAX_HEADER), bytes.length);
  const values = toFloat32(file, dtype, bytes.subarray(begin));
  if (!isFortran) return new Tensor(values, shape);
  return new Tensor(values, [...shape].reverse()).transpose(shape.map((_, axis) => shape.length - 1 - axis));
}

/** Reads an array in float64, which holds every int32. @param file for messages @throws FormatError as `readNpy` */
export function readNpyNumbers(file: string, bytes: Uint8Array): NpyArray & { readonly data: Float64Array } {
  const { shape, dtype, isFortran, begin } = readNpyHeader(file, bytes.subarray(0, MAX_HEADER), bytes.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset + begin);
  const size = sizeOf(shape);
  const strides = isFortran ? rowMajorStrides([...shape].reverse()).toReversed() : rowMajorStrides(shape);
  const data = Float64Array.from({ length: size }, (_, i) => {
    const at = indicesAt(shape, i).reduce((sum, index, axis) => sum + index * strides[axis], 0);
    return dtype.read(view, at * dtype.bytes);
  });
  return { shape, data };
}

function shapeIn(listed: string, fail: (what: string) => never): Shape {
  const extents = listed
    .split(",")
    .map((extent) => extent.trim())
    .filter((extent) => extent !== "")
    .map(Number);
  try {
    return checkShape("npy", "shape", extents);
  } catch (cause) {
    if (cause instanceof ShapeError) return fail(`has the shape (${listed}), needs integers`);
    throw cause;
  }
}

/** @throws ShapeError if the number of elements does not match the shape */
export function writeNpy(name: string, { shape, data }: NpyArray): Uint8Array {
  if (data.length !== sizeOf(shape)) {
    throw new ShapeError(
      `writeNpz: ${name} has ${data.length} numbers, its shape ${formatShape(shape)} needs ${sizeOf(shape)}`,
    );
  }
  const type = typeOf(data);
  const dimensions = shape.length === 1 ? `${shape[0]},` : shape.join(", ");
  const words = `{'descr': '${type}', 'fortran_order': False, 'shape': (${dimensions}), }`;
  const before = MAGIC.length + 4;
  const length = Math.ceil((before + words.length + 1) / ALIGNMENT) * ALIGNMENT - before;
  const header = new TextEncoder().encode(`${words.padEnd(length - 1)}\n`);
  return concatBytes([Uint8Array.from([...MAGIC, 1, 0]), numbers([length, 2]), header, littleEndian(data)]);
}

function typeOf(data: NpyArray["data"]): string {
  if (data instanceof Float32Array) return "<f4";
  if (data instanceof Float64Array) return "<f8";
  return data instanceof Int32Array ? "<i4" : data instanceof Int8Array ? "|i1" : "|u1";
}

/** Encodes the elements as little-endian bytes, whatever the machine's byte order. */
function littleEndian(data: NpyArray["data"]): Uint8Array {
  const bytes = new Uint8Array(data.byteLength);
  const view = new DataView(bytes.buffer);
  data.forEach((value, i) => {
    if (data instanceof Float32Array) view.setFloat32(4 * i, value, true);
    else if (data instanceof Float64Array) view.setFloat64(8 * i, value, true);
    else if (data instanceof Int32Array) view.setInt32(4 * i, value, true);
    else view.setUint8(i, value);
  });
  return bytes;
}
