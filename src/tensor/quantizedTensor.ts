/** @file Tensors of integers that stand for real numbers: (q - zeroPoint) · scale. */
import { checkRecord, oneOf, ShapeError, show } from "./errors.ts";
import { checkInteger, checkShape, formatShape, type Shape, sizeOf } from "./shape.ts";

/** A type of integers of eight bits. */
export type QuantizedType = "int8" | "uint8";
/** The type of the elements of a quantised tensor. */
export type IntegerType = QuantizedType | "int32";
/** The ranges of the integer types, both ends included. */
export const INTEGER_RANGES: Readonly<Record<IntegerType, readonly [min: number, max: number]>> = {
  int8: [-128, 127],
  uint8: [0, 255],
  int32: [-(2 ** 31), 2 ** 31 - 1],
};

/** Elements of a quantised tensor. */
export type IntegerData = Int8Array | Uint8Array | Int32Array;

/** How integers stand for real numbers. */
export interface Quantization {
  /** Above 0: one for all elements, or one for each index of `axis`. */
  readonly scale: number | readonly number[];
  /** The integer that stands for 0, likewise. */
  readonly zeroPoint: number | readonly number[];
  /** The axis along which they differ; null if one pair is for all. */
  readonly axis: number | null;
}

/** Integers in row-major order, and what they stand for. */
export interface QuantizedTensor extends Quantization {
  readonly type: IntegerType;
  readonly shape: Shape;
  readonly data: IntegerData;
}

const ARRAYS = { Int8Array: "int8", Uint8Array: "uint8", Int32Array: "int32" } as const;

/**
 * Wraps integers as a quantised tensor; the data are not copied.
 *
 * @param options `scale` above 0; `zeroPoint` within the type, default 0; `axis` if these are lists with an element for
 *   each of its indices
 * @throws ShapeError unless data and shape have as many elements, and every scale is a normal float32 number
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
  const op = "quantizedTensor";
  const type = ARRAYS[Object.prototype.toString.call(data).slice(8, -1) as keyof typeof ARRAYS];
  if (type === undefined)
    throw new ShapeError(`${op}: data is ${show(data)}, needs an Int8Array, Uint8Array or Int32Array`);
  const own = checkShape(op, "shape", shape);
  if (sizeOf(own) !== data.length) {
    throw new ShapeError(`${op}: data has ${data.length} elements, shape ${formatShape(own)} needs ${sizeOf(own)}`);
  }
  return { type, shape: own, data, ...checkQuantization(op, type, own, options) };
}

/** @throws ShapeError for scales or zero points that no integers of the type can have */
export function checkQuantization(
  op: string,
  type: IntegerType,
  shape: Shape,
  options: { readonly scale: unknown; readonly zeroPoint?: unknown; readonly axis?: unknown },
): Quantization {
  checkRecord(op, "options", options);
  oneOf(op, "type", type, Object.keys(INTEGER_RANGES) as IntegerType[]);
  const axis =
    options.axis === undefined || options.axis === null
      ? null
      : checkInteger(op, "axis", options.axis, 0, Math.max(0, shape.length - 1));
  const [min, max] = INTEGER_RANGES[type];
  const scale = perIndex(op, "scale", options.scale, axis, shape, checkScale);
  const zeroPoint = perIndex(op, "zeroPoint", options.zeroPoint ?? 0, axis, shape, (name, value) => {
    return checkInteger(op, name, value, min, max);
  });
  return { scale, zeroPoint, axis };

  function checkScale(name: string, value: unknown): number {
    const single = typeof value === "number" ? Math.fround(value) : Number.NaN;
    if (single >= SMALLEST && single < Number.POSITIVE_INFINITY) return single;
    throw new ShapeError(`${op}: ${name} is ${show(value)}, needs a float32 from ${SMALLEST} on`);
  }
}

/** The smallest normal float32: what is below loses bits. */
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
