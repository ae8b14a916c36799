/** @file Checks that every quantised operation applies to its operands before calling a kernel. */
import { outputRange, QUANTIZED_ACTIVATIONS } from "../../geometry/quantizedActivation.ts";
import { type OutputRange, ROUNDINGS, type Rounding } from "../../geometry/requantization.ts";
import { oneOf, ShapeError, show } from "../../tensor/errors.ts";
import {
  checkLevels,
  checkQuantizedTensor,
  type IntegerType,
  integersOf,
  type QuantizedLevels,
  type QuantizedTensor,
  type QuantizedType,
} from "../../tensor/quantizedTensor.ts";
import { checkShape, sizeOf } from "../../tensor/shape.ts";

const EIGHT_BITS: readonly IntegerType[] = ["int8", "uint8"];
/** Types of values and of biases. */
export const ANY_INTEGERS: readonly IntegerType[] = [...EIGHT_BITS, "int32"];

/**
 * @param types default: the eight-bit ones
 * @throws ShapeError unless `value` is a quantised tensor of one of these types without an extent of 0
 */
export function checkQuantized(
  op: string,
  name: string,
  value: unknown,
  types: readonly IntegerType[] = EIGHT_BITS,
): QuantizedTensor {
  if (typeof value !== "object" || value === null || !("scale" in value)) {
    throw new ShapeError(
      `${op}: ${name} is ${show(value)}, needs a QuantizedTensor: quantizedTensor(data, shape, { scale, zeroPoint })`,
    );
  }
  const checked = checkQuantizedTensor(op, `${name}.`, value as QuantizedTensor);
  oneOf(op, `${name}.type`, checked.type, types);
  checkShape(op, name, checked.shape, 1);
  return checked;
}

/** A quantised tensor with one scale and one zero point. */
export interface Activations extends QuantizedTensor {
  readonly type: QuantizedType;
  readonly scale: number;
  readonly zeroPoint: number;
}

/** @throws ShapeError as {@link checkQuantized}, and for scales along an axis */
export function checkActivations(op: string, name: string, value: unknown): Activations {
  const checked = checkQuantized(op, name, value);
  const { type, scale, zeroPoint } = checked;
  if (typeof scale === "number" && typeof zeroPoint === "number") {
    return { ...checked, type: type as QuantizedType, scale, zeroPoint };
  }
  throw new ShapeError(`${op}: ${name} has scales along axis ${checked.axis}, needs one scale and one zero point`);
}

/** The output's levels and limits. */
export interface Output extends QuantizedLevels {
  readonly range: OutputRange;
}

/** @throws ShapeError for an invalid output or an unknown activation */
export function checkOutput(op: string, output: unknown, activation: unknown = "none"): Output {
  const levels = checkLevels(op, "output", output);
  return { ...levels, range: outputRange(levels, oneOf(op, "activation", activation, QUANTIZED_ACTIVATIONS)) };
}

/** @throws ShapeError for an unknown rule */
export function checkRounding(op: string, rounding: unknown = ROUNDINGS[0]): Rounding {
  return oneOf(op, "rounding", rounding, ROUNDINGS);
}

/** A fresh tensor for the output. */
export function emptyOutput(shape: readonly number[], { type, scale, zeroPoint }: QuantizedLevels): QuantizedTensor {
  return { type, shape, data: integersOf(type, sizeOf(shape)), scale, zeroPoint, axis: null };
}
