/** @file Integers of a TensorFlow Lite file: the levels of its values, and its constants as stored. */
import { FormatError, show } from "../../tensor/errors.ts";
import {
  checkQuantizedTensor,
  type IntegerData,
  type IntegerType,
  type QuantizedLevels,
  type QuantizedTensor,
} from "../../tensor/quantizedTensor.ts";
import type { TfliteTensor } from "./model.ts";

const TYPES: Readonly<Record<string, IntegerType>> = { I8: "int8", U8: "uint8", I32: "int32" };

/** Whether a tensor is quantised: integers that represent real numbers. */
export function isQuantized({ type, quantization }: TfliteTensor): boolean {
  return quantization !== null && /^[IU]/.test(type);
}

/** What the integers of a value represent; null for real numbers. @throws FormatError for integers of other sizes */
export function levelsOf(file: string, tensor: TfliteTensor): QuantizedLevels | null {
  if (!isQuantized(tensor) || tensor.quantization === null) return null;
  const type = TYPES[tensor.type];
  const { scales, zeroPoints } = tensor.quantization;
  if ((type !== "int8" && type !== "uint8") || scales.length > 1) {
    const found = scales.length > 1 ? `${scales.length} scales` : `the type ${tensor.type}`;
    throw new FormatError(
      `${file}: the tensor ${show(tensor.name)} has ${found}, needs I8 or U8 with one scale; dequantize it`,
    );
  }
  return { type, scale: scales[0], zeroPoint: zeroPoints[0] };
}

/** A function that returns a quantised constant as stored; undefined if the tensor is not one. */
export function quantizedConstant(file: string, tensor: TfliteTensor): (() => QuantizedTensor) | undefined {
  const type = TYPES[tensor.type];
  const { bytes, quantization, name, shape } = tensor;
  if (type === undefined || bytes === null || quantization === null) return undefined;
  return () => {
    const { scales, zeroPoints, axis } = quantization;
    const isOne = scales.length === 1;
    const data = integersIn(type, bytes);
    return checkQuantizedTensor(file, `the tensor ${show(name)}: `, {
      shape,
      data,
      ...(isOne ? { scale: scales[0], zeroPoint: zeroPoints[0] } : { scale: scales, zeroPoint: zeroPoints, axis }),
    });
  };
}

/** The bytes as an array of the type: a view for single bytes, else an aligned copy. */
function integersIn(type: IntegerType, bytes: Uint8Array): IntegerData {
  const { buffer, byteOffset, byteLength } = bytes;
  if (type === "int8") return new Int8Array(buffer, byteOffset, byteLength);
  if (type === "uint8") return bytes;
  return new Int32Array(bytes.slice().buffer, 0, Math.floor(byteLength / Int32Array.BYTES_PER_ELEMENT));
}
