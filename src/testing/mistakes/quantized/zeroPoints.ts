/** @file Zero points that are forgotten or subtracted from the wrong operand, and bytes whose sign is misread. */
import type { QuantizedType } from "../../../tensor/quantizedTensor.ts";
import type { QuantizedProblem } from "../../quantized/problem.ts";
import { type Kernel, type Mistake, mistake } from "../kernel.ts";
import { ending, finished, roundedBy, wrapped } from "./ending.ts";

/** A mistake with the factors of the products. */
const misread = (name: string, changes: (problem: QuantizedProblem) => readonly Partial<Kernel>[]) =>
  mistake(name, (_, problem: QuantizedProblem) => changes(problem));

/** x with `change` applied to its integers, instead of subtracting the zero point. */
function inputs({ x, input: { zeroPoint } }: QuantizedProblem, change: (q: number) => number): Float32Array {
  return x.data.map((value) => change(value + zeroPoint));
}

/** The same for w; the filter's last axis is that of the outputs. */
function weights({ w, filter }: QuantizedProblem, change: (q: number, o: number) => number): Float32Array {
  const O = filter.zeroPoints.length;
  return w.data.map((value, i) => change(value + filter.zeroPoints[i % O], i % O));
}

const otherType = (type: QuantizedType): QuantizedType => (type === "int8" ? "uint8" : "int8");

export const ZERO_POINT_MISTAKES: readonly Mistake<QuantizedProblem>[] = [
  misread("zero point of the padding forgotten", ({ input: { type, zeroPoint } }) => [
    { outside: -zeroPoint }, // padded with the integer 0
    { outside: (type === "int8" ? -128 : 0) - zeroPoint },
  ]),
  misread("zero point of the input forgotten", (problem) => {
    const x = inputs(problem, (q) => q);
    return [{ x }, { x, outside: problem.input.zeroPoint }];
  }),
  misread("zero point of the input added, not subtracted", (problem) => {
    const { zeroPoint } = problem.input;
    const x = inputs(problem, (q) => q + zeroPoint);
    return [{ x }, { x, outside: zeroPoint }, { x, outside: 2 * zeroPoint }];
  }),
  misread("zero point of the input subtracted from the weights", (problem) => {
    const { zeroPoint } = problem.input;
    const w = weights(problem, (q, o) => q - problem.filter.zeroPoints[o] - zeroPoint);
    const x = inputs(problem, (q) => q);
    return [{ w }, { w, x }, { w, x, outside: zeroPoint }];
  }),
  misread("zero point of the weights forgotten", (problem) => [{ w: weights(problem, (q) => q) }]),
  ending("zero point of the output forgotten", (problem) => {
    const { min, max } = problem.output.range;
    const rounded = roundedBy(problem);
    return [(sum, b, [, , , o]) => Math.min(Math.max(rounded(sum + b, o), min), max)];
  }),
  ending("zero point of the output subtracted", (problem) => {
    const rounded = roundedBy(problem);
    const { zeroPoint } = problem.output;
    return [(sum, b, [, , , o]) => finished(problem, rounded(sum + b, o) - 2 * zeroPoint)];
  }),
  ending("zero point of the output added to the sum", (problem) => {
    const rounded = roundedBy(problem);
    const { zeroPoint } = problem.output;
    return [(sum, b, [, , , o]) => finished(problem, rounded(sum + b + zeroPoint, o) - zeroPoint)];
  }),
  misread("sign of the input misread", (problem) => {
    const { type, zeroPoint } = problem.input;
    const read = (q: number): number => wrapped(q, otherType(type)) - zeroPoint;
    return [{ x: inputs(problem, read) }];
  }),
  misread("sign of the weights misread", (problem) => {
    const { type, zeroPoints } = problem.filter;
    return [{ w: weights(problem, (q, o) => wrapped(q, otherType(type)) - zeroPoints[o]) }];
  }),
  ending("sign of the output misread", ({ output: { type } }, right) => [
    (sum, b, position) => wrapped(right(sum, b, position), otherType(type)),
  ]),
];
