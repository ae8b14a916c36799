/** @file Tensors of integers that represent real numbers: (q - zeroPoint) · scale. */
import { checkRecord, knownKeys, oneOf, ShapeError, show } from "./errors.ts";
import { checkInteger, checkShape, formatShape, rowMajorStrides, type Shape, sizeOf } from "./shape.ts";

/** An eight-bit integer type. */
export type QuantizedType = "int8" | "uint8";
/** The element type of a quantised tensor. */
export type IntegerType = QuantizedType | "int32";
/** The ranges of the integer types, both ends included. */
export const INTEGER_RANGES: Readonly<Record<IntegerType, readonly [min: number, max: number]>> = {
  int8: [-128, 127],
  uint8: [0, 255],
  int32: [-(2 ** 31), 2 ** 31 - 1],
};

/** Elements of a quantised tensor. */
export type IntegerData = Int8Array | Uint8Array | Int32Array;

/** How integers represent real numbers. */
export interface Quantization {
  /** Above 0: one for all elements, or one for each index of `axis`. */
  readonly scale: number | readonly number[];
  /** The integer that represents 0, likewise. */
  readonly zeroPoint: number | readonly number[];
  /** The axis along which they differ; null if one pair applies to all elements. */
  readonly axis: number | null;
}

/** How all integers of a value represent real numbers: (q - zeroPoint) · scale. */
export interface QuantizedLevels {
  readonly type: QuantizedType;
  readonly scale: number;
  readonly zeroPoint: number;
}

/** Integers in row-major order, and what they represent. */
export interface QuantizedTensor extends Quantization {
  readonly type: IntegerType;
  readonly shape: Shape;
  readonly data: IntegerData;
}

const ARRAYS = { Int8Array: "int8", Uint8Array: "uint8", Int32Array: "int32" } as const;

/**
 * Wraps integers as a quantised tensor; the data are not copied.
 *
 * @param options `scale` above 0; `zeroPoint` within the type, default 0; `axis` if they are lists, with an element for
 *   each of its indices
 * @throws ShapeError unless data and shape have the same number of elements, and every scale is a normal float32 number
 *
 * @example
 * const q = quantizedTensor(Int8Array.of(-128, 0, 127), [3], { scale: 0.5, zeroPoint: -1 });
 * q.type; // "int8"
 */
export function quantizedTensor(
  data: IntegerData,
  shape: Shape,
  options: {
    readonly scale: number | readonly number[];
    readonly zeroPoint?: number | readonly number[];
    readonly axis?: number | null;
  },
): QuantizedTensor {
  checkRecord("quantizedTensor", "options", options);
  return checkQuantizedTensor("quantizedTensor", "", { ...options, data, shape });
}

/**
 * @param operand prefix of names in messages: "input.", or "" for none
 * @throws ShapeError as {@link quantizedTensor}
 */
export function checkQuantizedTensor(
  op: string,
  operand: string,
  given: { readonly data: unknown; readonly shape: unknown } & Loose,
): QuantizedTensor {
  const data = given.data as IntegerData;
  const type = ARRAYS[Object.prototype.toString.call(data).slice(8, -1) as keyof typeof ARRAYS];
  if (type === undefined) {
    throw new ShapeError(`${op}: ${operand}data is ${show(data)}, needs an Int8Array, Uint8Array or Int32Array`);
  }
  const shape = checkShape(op, `${operand}shape`, given.shape);
  if (sizeOf(shape) !== data.length) {
    const needed = `shape ${formatShape(shape)} needs ${sizeOf(shape)}`;
    throw new ShapeError(`${op}: ${operand}data has ${data.length} elements, ${needed}`);
  }
  return { shape, data, ...checkQuantization(op, operand, type, shape, given) };
}

/** Type, scale and zero point of the result of an operation. */
export interface OutputQuantization {
  readonly type: QuantizedType;
  /** Above 0. */
  readonly scale: number;
  /** Within the type. Default 0. */
  readonly zeroPoint?: number;
}

/** @throws ShapeError unless it is an {@link OutputQuantization} */
export function checkLevels(op: string, name: string, given: unknown): QuantizedLevels {
  const { type, ...rest } = checkRecord(op, name === "" ? "options" : name, given) as { type?: unknown };
  knownKeys(op, given as object, ["type", "scale", "zeroPoint"]);
  const path = name === "" ? "" : `${name}.`;
  oneOf(op, `${path}type`, type, ["int8", "uint8"]);
  const { scale, zeroPoint } = checkQuantization(op, path, type, [], rest);
  return { type: type as QuantizedType, scale: scale as number, zeroPoint: zeroPoint as number };
}

/** "int8, scale 0.5, zero point -3" */
export function formatLevels({
  type,
  scale,
  zeroPoint,
}: Omit<Quantization, "axis"> & { readonly type: IntegerType }): string {
  return `${type}, scale ${show(scale)}, zero point ${show(zeroPoint)}`;
}

export function sameLevels(a: QuantizedLevels, b: QuantizedLevels): boolean {
  return a.type === b.type && a.scale === b.scale && a.zeroPoint === b.zeroPoint;
}

/** A quantisation that has not been checked yet. */
interface Loose {
  readonly scale?: unknown;
  readonly zeroPoint?: unknown;
  readonly axis?: unknown;
}

/**
 * @param operand as above
 * @throws ShapeError for scales or zero points that are invalid for the type
 */
export function checkQuantization(
  op: string,
  operand: string,
  type: unknown,
  shape: Shape,
  options: Loose,
): Quantization & { readonly type: IntegerType } {
  const known = oneOf(op, `${operand}type`, type, Object.keys(INTEGER_RANGES) as IntegerType[]);
  const axis =
    options.axis === undefined || options.axis === null
      ? null
      : checkInteger(op, `${operand}axis`, options.axis, 0, Math.max(0, shape.length - 1));
  const [min, max] = INTEGER_RANGES[known];
  const scale = perIndex(op, `${operand}scale`, options.scale, axis, shape, checkScale);
  const zeroPoint = perIndex(op, `${operand}zeroPoint`, options.zeroPoint ?? 0, axis, shape, (name, value) => {
    return checkInteger(op, name, value, min, max);
  });
  return { type: known, scale, zeroPoint, axis };

  function checkScale(name: string, value: unknown): number {
    const single = typeof value === "number" ? Math.fround(value) : Number.NaN;
    if (single >= SMALLEST && single < Number.POSITIVE_INFINITY) return single;
    throw new ShapeError(`${op}: ${name} is ${show(value)}, needs a float32 from ${SMALLEST} on`);
  }
}

/** The smallest normal float32: smaller numbers lose bits. */
const SMALLEST = 2 ** -126;

/** One value for all, or a list with one for each index of the axis. */
function perIndex(
  op: string,
  name: string,
  given: unknown,
  axis: number | null,
  shape: Shape,
  check: (name: string, value: unknown) => number,
): number | readonly number[] {
  if (!Array.isArray(given)) return check(name, given);
  if (axis === null) throw new ShapeError(`${op}: ${name} has ${given.length} numbers, needs an axis for them`);
  if (given.length !== shape[axis]) {
    throw new ShapeError(`${op}: ${name} has ${given.length} numbers, axis ${axis} needs ${shape[axis]}`);
  }
  return given.map((value, i) => check(`${name}[${i}]`, value));
}

/** The scale or zero point of an index of the axis. */
export function atIndex(values: number | readonly number[], index: number): number {
  return typeof values === "number" ? values : values[index];
}

/** Zeros of a type. */
export function integersOf(type: IntegerType, size: number): IntegerData {
  return type === "int8" ? new Int8Array(size) : type === "uint8" ? new Uint8Array(size) : new Int32Array(size);
}

/** The same tensor with its axes in another order; the data are copied if the order differs. */
export function permuted(q: QuantizedTensor, permutation: readonly number[]): QuantizedTensor {
  if (permutation.every((axis, i) => axis === i)) return q;
  const shape = permutation.map((axis) => q.shape[axis]);
  const stored = rowMajorStrides(q.shape);
  const strides = permutation.map((axis) => stored[axis]);
  const data = q.data.slice();
  let to = 0;
  copy(0, 0);
  return { ...q, shape, data, axis: q.axis === null ? null : permutation.indexOf(q.axis) };

  function copy(axis: number, from: number): void {
    if (axis === shape.length) data[to++] = q.data[from];
    else for (let i = 0; i < shape[axis]; i++) copy(axis + 1, from + i * strides[axis]);
  }
}
