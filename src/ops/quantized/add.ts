/** @file The public addition of integers. */
import type { Rounding } from "../../geometry/requantization.ts";
import { quantizedAddition } from "../../kernels/naive/quantized/add.ts";
import { knownKeys, ShapeError } from "../../tensor/errors.ts";
import type { QuantizedTensor } from "../../tensor/quantizedTensor.ts";
import { broadcastShape, broadcastStrides, indicesAt } from "../../tensor/shape.ts";
import {
  checkActivations,
  checkOutput,
  checkRounding,
  emptyOutput,
  type OutputQuantization,
  type QuantizedActivation,
} from "./operands.ts";

/** Options of `add`, for integers. */
export interface QuantizedAddOptions {
  /** Type, scale and zero point of the result. */
  readonly output: OutputQuantization;
  /** Limits of the result. Default "none". */
  readonly activation?: QuantizedActivation | undefined;
  /** Default "float-half-even". */
  readonly rounding?: Rounding | undefined;
}

/**
 * (a - za) · sa + (b - zb) · sb as an integer of the output, by the rule's integer arithmetic.
 *
 * @param a int8 or uint8, one scale
 * @param b likewise, of a shape that broadcasts with a's
 * @returns a fresh tensor
 * @throws ShapeError naming the operand, the value found and the value needed
 *
 * @example
 * const a = quantizedTensor(Int8Array.of(1, 2), [2], { scale: 0.5 });
 * [...add(a, a, { output: { type: "int8", scale: 1 } }).data]; // [1, 2]
 */
export function add(a: QuantizedTensor, b: QuantizedTensor, options: QuantizedAddOptions): QuantizedTensor {
  const op = "add";
  knownKeys(op, options, ["output", "activation", "rounding"]);
  const [p, q] = [checkActivations(op, "a", a), checkActivations(op, "b", b)];
  const output = checkOutput(op, options.output, options.activation);
  const shape = broadcastShape(op, p.shape, q.shape);
  const rounding = checkRounding(op, options.rounding);
  for (const [name, { scale }] of [
    ["a", p],
    ["b", q],
  ] as const)
    checkRatio(op, rounding, name, scale / output.scale);
  const sum = quantizedAddition(rounding, 1, p, q, output.scale, output.range);
  const [ofA, ofB] = [broadcastStrides(p.shape, shape), broadcastStrides(q.shape, shape)];
  const y = emptyOutput(shape, output);
  for (let i = 0; i < y.data.length; i++) {
    const indices = indicesAt(shape, i);
    const at = (strides: readonly number[]): number => indices.reduce((from, index, k) => from + index * strides[k], 0);
    y.data[i] = sum(p.data[at(ofA)], q.data[at(ofB)]);
  }
  return y;
}

/** Within these ratios of scales no product of the rules leaves 32 bits: those of XNNPACK. */
const [MIN_RATIO, MAX_RATIO] = [2 ** -10, 2 ** 8];

function checkRatio(op: string, rounding: Rounding, name: string, ratio: number): void {
  if (ratio < MAX_RATIO && (rounding !== "float-half-even" || ratio >= MIN_RATIO)) return;
  throw new ShapeError(`${op}: ${name}.scale / output.scale is ${ratio}, needs from 2^-10 to below 2^8`);
}
