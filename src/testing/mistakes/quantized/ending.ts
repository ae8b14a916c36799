/** @file Endings of kernels that multiply sums by a ratio, round, add a zero point, and clamp. */
import { type Rounding, requantizers } from "../../../geometry/requantization.ts";
import { INTEGER_RANGES, type QuantizedType } from "../../../tensor/quantizedTensor.ts";
import { type QuantizedProblem, requantizationOf } from "../../quantized/problem.ts";
import { type Kernel, type Mistake, mistake } from "../kernel.ts";

/** Converts a sum with its bias to an integer, before zero point and limits, for output channel o. */
export type Rounded = (sum: number, o: number) => number;

const UNLIMITED = { zeroPoint: 0, min: Number.NEGATIVE_INFINITY, max: Number.POSITIVE_INFINITY };

/** round(sum · ratio) by a rule. */
export function roundedBy(problem: QuantizedProblem, rounding: Rounding = problem.rounding): Rounded {
  const requantize = requantizers(requantizationOf(problem, rounding, UNLIMITED));
  return (sum, o) => requantize[o](sum);
}

/** sx · sw[o] / sy */
export function realRatio({ input, filter, output }: QuantizedProblem, o: number): number {
  return (input.scale * filter.scales[o]) / output.scale;
}

/** Adds the zero point, and clamps the result. */
export function finished({ output: { range } }: QuantizedProblem, rounded: number): number {
  return Math.min(Math.max(rounded + range.zeroPoint, range.min), range.max);
}

/** Wraps an integer to a byte of this type. */
export function wrapped(value: number, type: QuantizedType): number {
  const [min] = INTEGER_RANGES[type];
  return ((((value - min) % 256) + 256) % 256) + min;
}

/** A mistake in the ending, in one or more variants. */
export const ending = (
  name: string,
  finishes: (problem: QuantizedProblem, right: Kernel["finish"]) => readonly Kernel["finish"][],
): Mistake<QuantizedProblem> =>
  mistake(name, (right, problem: QuantizedProblem) => finishes(problem, right.finish).map((finish) => ({ finish })));
