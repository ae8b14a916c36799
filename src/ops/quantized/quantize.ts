/** @file Converts real numbers to the integers that represent them, and back. */
import { quantizeRule, type Rounding } from "../../geometry/requantization.ts";
import { dequantized, quantizer } from "../../kernels/naive/quantized/quantize.ts";
import { knownKeys, ShapeError } from "../../tensor/errors.ts";
import {
  atIndex,
  checkQuantization,
  INTEGER_RANGES,
  type IntegerType,
  integersOf,
  type QuantizedTensor,
} from "../../tensor/quantizedTensor.ts";
import { indicesAt, rowMajorStrides, type Shape } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { checkTensor } from "../operands.ts";
import { ANY_INTEGERS, checkQuantized, checkRounding } from "./operands.ts";

/** Options of `quantize`. */
export interface QuantizeOptions {
  readonly type: IntegerType;
  /** Above 0: one for all elements, or one for each index of `axis`. */
  readonly scale: number | readonly number[];
  /** The integer that represents 0, likewise. Default 0. */
  readonly zeroPoint?: number | readonly number[];
  readonly axis?: number | null;
  /** Default "float-half-even". */
  readonly rounding?: Rounding | undefined;
}

/**
 * The integers that best represent real numbers: limit( round(x / scale) + zeroPoint ), limited to the type.
 *
 * @param input any shape and view
 * @returns a fresh tensor of that shape
 * @throws ShapeError for NaN, which no integer represents, or an invalid quantisation
 *
 * @example [...quantize(tensor([-1, 0.3, 100]), { type: "int8", scale: 0.5 }).data]; // [-2, 1, 127]
 */
export function quantize(input: Tensor, options: QuantizeOptions): QuantizedTensor {
  const op = "quantize";
  checkTensor(op, "input", input);
  knownKeys(op, options, ["type", "scale", "zeroPoint", "axis", "rounding"]);
  const rounding = checkRounding(op, options.rounding);
  const { shape } = input;
  const quantization = checkQuantization(op, "", options.type, shape, options);
  const [min, max] = INTEGER_RANGES[quantization.type];
  const { data: real, offset } = input.contiguous();
  const data = integersOf(quantization.type, input.size);
  const channelOf = channelsAlong(shape, quantization.axis);
  const channels = quantization.axis === null ? 1 : shape[quantization.axis];
  const toIntegers = Array.from({ length: channels }, (_, c) => {
    const zeroPoint = atIndex(quantization.zeroPoint, c);
    return quantizer(quantizeRule(rounding), atIndex(quantization.scale, c), { zeroPoint, min, max });
  });
  for (let i = 0; i < data.length; i++) {
    const x = real[offset + i];
    if (Number.isNaN(x)) {
      throw new ShapeError(`${op}: input is NaN at [${indicesAt(shape, i).join(", ")}], which no integer stands for`);
    }
    data[i] = toIntegers[channelOf(i)](x);
  }
  return { shape, data, ...quantization };
}

/**
 * The real numbers that integers represent: (q - zeroPoint) · scale, rounded once.
 *
 * @returns a fresh tensor of the same shape
 * @throws ShapeError if q is not a quantised tensor
 *
 * @example dequantize(quantizedTensor(Int8Array.of(-2, 1), [2], { scale: 0.5 })).toArray(); // [-1, 0.5]
 */
export function dequantize(q: QuantizedTensor): Tensor {
  const { data, shape, axis, scale, zeroPoint } = checkQuantized("dequantize", "q", q, ANY_INTEGERS);
  const channelOf = channelsAlong(shape, axis);
  return new Tensor(
    Float32Array.from(data, (value, i) => {
      const c = channelOf(i);
      return dequantized(value, atIndex(scale, c), atIndex(zeroPoint, c));
    }),
    shape,
  );
}

/** The index along the axis of each element; 0 without an axis. */
function channelsAlong(shape: Shape, axis: number | null): (i: number) => number {
  if (axis === null) return () => 0;
  const stride = rowMajorStrides(shape)[axis];
  return (i) => Math.floor(i / stride) % shape[axis];
}
