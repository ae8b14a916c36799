/** @file The public addition of quantised tensors. */
import type { QuantizedActivation } from "../../geometry/quantizedActivation.ts";
import { quantizedAddition } from "../../geometry/quantizedArithmetic.ts";
import type { Rounding } from "../../geometry/requantization.ts";
import { quantizedTier } from "../../kernels/quantized/alone.ts";
import type { Backend } from "../../kernels/tiers.ts";
import { knownKeys } from "../../tensor/errors.ts";
import type { OutputQuantization, QuantizedTensor } from "../../tensor/quantizedTensor.ts";
import { broadcastShape } from "../../tensor/shape.ts";
import { checkActivations, checkOutput, checkRounding, emptyOutput } from "./operands.ts";

/** Options of `add` for quantised tensors. */
export interface QuantizedAddOptions {
  /** Type, scale and zero point of the result. */
  readonly output: OutputQuantization;
  /** Limits the result. Default "none". */
  readonly activation?: QuantizedActivation | undefined;
  /** Tier that computes. Default "auto", the fastest; all of them return the same integers. */
  readonly backend?: Backend | undefined;
  /** Default "float-half-even". */
  readonly rounding?: Rounding | undefined;
}

/**
 * (a - za) · sa + (b - zb) · sb as an integer of the output, in the rule's integer arithmetic.
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
  knownKeys(op, options, ["output", "activation", "rounding", "backend"]);
  const [p, q] = [checkActivations(op, "a", a), checkActivations(op, "b", b)];
  const output = checkOutput(op, options.output, options.activation);
  const shape = broadcastShape(op, p.shape, q.shape);
  const rounding = checkRounding(op, options.rounding);
  const sum = quantizedAddition(op, rounding, p, q, output.scale, output.range);
  const y = emptyOutput(shape, output);
  quantizedTier(op, options.backend).add(sum, p.shape, q.shape, shape)({})([p.data, q.data], y.data);
  return y;
}
