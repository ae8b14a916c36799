/** @file Common mistakes of kernels. The verdict names a mistake that predicts every number of a wrong answer. */
import { conv2dMacs } from "../../geometry/conv2d.ts";
import { type Convolution, positionOf } from "../problem.ts";
import type { QuantizedProblem } from "../quantized/problem.ts";
import { ACTIVATION_MISTAKES } from "./activation.ts";
import { BIAS_MISTAKES } from "./bias.ts";
import { CHANNEL_MISTAKES } from "./channels.ts";
import type { Mistake, Prediction, Subject } from "./kernel.ts";
import { LAYOUT_MISTAKES } from "./layouts.ts";
import { LIMIT_MISTAKES } from "./quantized/limits.ts";
import { REQUANTIZATION_MISTAKES } from "./quantized/requantization.ts";
import { ZERO_POINT_MISTAKES } from "./quantized/zeroPoints.ts";
import type { RealSubject } from "./realSubject.ts";
import { ROUNDOFF_MISTAKES, roundoffsThatFit } from "./roundoff.ts";
import { WINDOW_MISTAKES } from "./window.ts";
import { WRITING_MISTAKES } from "./writing.ts";

const OF_ADDRESSES: readonly Mistake[] = [...LAYOUT_MISTAKES, ...WINDOW_MISTAKES, ...CHANNEL_MISTAKES];

const REAL: readonly Mistake[] = [...OF_ADDRESSES, ...BIAS_MISTAKES, ...ACTIVATION_MISTAKES, ...WRITING_MISTAKES];

const QUANTIZED: readonly Mistake<QuantizedProblem>[] = [
  ...OF_ADDRESSES,
  ...BIAS_MISTAKES,
  ...ZERO_POINT_MISTAKES,
  ...REQUANTIZATION_MISTAKES,
  ...LIMIT_MISTAKES,
  ...WRITING_MISTAKES,
];

/** Names of all mistakes that `judgeConv` recognises in real-valued answers. */
export const MISTAKES: readonly string[] = [...REAL.map(({ name }) => name), ...ROUNDOFF_MISTAKES];

/** Names of all mistakes that `judgeConv` recognises in integer answers. */
export const QUANTIZED_MISTAKES: readonly string[] = QUANTIZED.map(({ name }) => name);

/** Multiply-accumulates spent on a mistake that fits; in a larger convolution, only every n-th output is compared. */
const MAX_MACS = 2 ** 26;

/** Maximum number of wrong outputs that are compared first. */
const FIRST = 16;

/**
 * Returns the names of the mistakes that explain an answer: those that predict every output, or, if there are none, the
 * roundings that its errors resemble.
 *
 * @param wrong     indices of outputs that the correct kernel does not explain, the worst first
 * @param tolerance how far each may be off, if less than the mistake's own tolerance; [N, OH, OW, O]
 */
export function mistakesThatFit(
  subject: RealSubject,
  wrong: readonly number[],
  tolerance: ArrayLike<number> | null,
): readonly string[] {
  const names = fitting(REAL, subject, wrong, tolerance);
  return names.length > 0 ? names : roundoffsThatFit(subject);
}

/** As above for integers, which a mistake predicts exactly. */
export function quantizedMistakesThatFit(
  subject: Subject<QuantizedProblem>,
  wrong: readonly number[],
): readonly string[] {
  return fitting(QUANTIZED, subject, wrong, null);
}

function fitting<P extends Convolution>(
  mistakes: readonly Mistake<P>[],
  subject: Subject<P>,
  wrong: readonly number[],
  tolerance: ArrayLike<number> | null,
): readonly string[] {
  const order = outputsToCompare(subject, wrong);
  const isWrong = new Set(wrong);
  const fits = (prediction: Prediction): boolean => {
    let explained = 0;
    for (const i of order) {
      const [predicted, actual] = [prediction(positionOf(subject.problem.g, i)), subject.answer[i]];
      if (
        predicted !== null &&
        !isThat(actual, predicted.value, Math.min(predicted.bound, tolerance?.[i] ?? Number.POSITIVE_INFINITY))
      )
        return false;
      // A read outside the input may return anything; in JavaScript it yields NaN.
      if ((predicted !== null || Number.isNaN(actual)) && isWrong.has(i)) explained++;
    }
    return explained > 0;
  };
  return mistakes.flatMap(({ name, predictions }) => {
    for (const prediction of predictions(subject)) if (fits(prediction)) return [name];
    return [];
  });
}

function isThat(actual: number, value: number, bound: number): boolean {
  return Object.is(actual, value) || Math.abs(actual - value) <= bound;
}

/** The worst output, some wrong ones, then all outputs, or as many as the limit allows. */
function outputsToCompare({ problem: { g }, answer }: Subject, wrong: readonly number[]): readonly number[] {
  const every = Math.ceil(conv2dMacs(g) / MAX_MACS);
  const all = Array.from({ length: Math.ceil(answer.length / every) }, (_, i) => i * every);
  return [...wrong.slice(0, FIRST), ...all];
}
