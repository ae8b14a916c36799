/** @file Constants of a TensorFlow Lite file as real numbers, decoded when an operator reads them. */
import { FormatError, show } from "../../tensor/errors.ts";
import { rowMajorStrides, sizeOf } from "../../tensor/shape.ts";
import { dtypeNamed, toFloat32 } from "../bytes/dtype.ts";
import type { Constant } from "../importer/values.ts";
import { isQuantized, quantizedConstant } from "./integers.ts";
import type { Quantization, TfliteTensor } from "./model.ts";

/** @throws FormatError, when its data is read, unless the file has as many numbers as the shape needs */
export function constantOf(file: string, tensor: TfliteTensor): Constant {
  const { shape, type } = tensor;
  let known: Constant["data"] | undefined;
  return {
    shape,
    isInteger: /^([IU]|BOOL)/.test(type) && !isQuantized(tensor),
    integers: quantizedConstant(file, tensor),
    get data() {
      known ??= numbersOf(file, tensor);
      return known;
    },
  };
}

/** All numbers of a constant. */
export function numbersOf(file: string, tensor: TfliteTensor): Float32Array | Float64Array {
  const { name, shape, type, quantization, obstacle } = tensor;
  const fail = (what: string): never => {
    throw new FormatError(`${file}: the tensor ${show(name)} ${what}`);
  };
  if (obstacle !== null) fail(obstacle);
  const bytes = tensor.bytes ?? fail("has no numbers");
  const size = sizeOf(shape);
  const needed = type === "INT4" ? Math.ceil(size / 2) : size * dtypeNamed(type).bytes;
  if (bytes.length !== needed) fail(`has ${bytes.length} bytes, its shape ${shape.join("×")} needs ${needed}`);
  if (/^B?F(16|32)$/.test(type)) return toFloat32(file, dtypeNamed(type), bytes);
  const read = integerReader(type, bytes);
  if (quantization !== null && isQuantized(tensor)) return dequantized(read, shape, quantization);
  const plain = type === "F64" ? new Float32Array(size) : new Float64Array(size);
  return plain.map((_, i) => read(i));
}

/** Returns a function that reads one number of a tensor. */
function integerReader(type: string, bytes: Uint8Array): (i: number) => number {
  if (type === "INT4") return (i) => fromNibble(bytes[i >> 1], i % 2 === 1);
  const { bytes: width, read } = dtypeNamed(type);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return (i) => read(view, i * width);
}

/** Reads four bits in two's complement; the lower four come first. */
function fromNibble(byte: number, isUpper: boolean): number {
  return isUpper ? (byte << 24) >> 28 : (byte << 28) >> 28;
}

/** (q - zeroPoint) · scale; reads each integer once, without an intermediate list. */
function dequantized(
  read: (i: number) => number,
  shape: readonly number[],
  { scales, zeroPoints, axis }: Quantization,
): Float32Array {
  const real = new Float32Array(sizeOf(shape));
  const step = scales.length === 1 ? real.length : rowMajorStrides(shape)[axis];
  for (let i = 0; i < real.length; i++) {
    const at = Math.floor(i / step) % scales.length;
    real[i] = (read(i) - zeroPoints[at]) * scales[at];
  }
  return real;
}
