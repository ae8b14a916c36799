/**
 * @file Judges an answer: how far off every output is, whether that is possible and likely, and which mistake explains
 * it.
 */

import { ShapeError, show } from "../tensor/errors.ts";
import { type Answer, resolveAnswer } from "./answer.ts";
import { areWhole } from "./bound.ts";
import type { Judgement, Verdict } from "./judgement.ts";
import { messageOf, misfitMessage } from "./message.ts";
import { mistakesThatFit } from "./mistakes/index.ts";
import { CONV_KINDS, type ConvOracle } from "./oracle.ts";
import { FORMATS } from "./precision.ts";
import { positionOf } from "./problem.ts";

/**
 * Compares an answer with an oracle.
 *
 * @param answer the output of your kernel, in the layout of the oracle
 * @throws ShapeError if it is neither a tensor nor a list of numbers, or `oracle` is not from `convOracle`
 *
 * @example
 * const [input, filter] = [Tensor.zeros([1, 4, 4, 1]), Tensor.zeros([3, 3, 1, 1])];
 * judgeConv(conv2d(input, filter), convOracle("conv2d", input, filter)).verdict; // "within"
 */
export function judgeConv(answer: Answer, oracle: ConvOracle): Judgement {
  checkOracle(oracle);
  const actual = resolveAnswer(answer, oracle.shape);
  if (typeof actual === "string") {
    return {
      verdict: "wrong",
      isClose: false,
      used: { proof: Number.POSITIVE_INFINITY, statistics: oracle.statistics && Number.POSITIVE_INFINITY },
      wrong: [],
      suspicious: [],
      worst: null,
      mistakes: [],
      notes: [],
      message: misfitMessage(oracle, actual),
    };
  }
  const { values, bounds, statistics, geometry, indices } = oracle;
  const { largest } = FORMATS[oracle.precision].sums;
  const [wrong, suspicious]: [number[], number[]] = [[], []];
  let [proof, likely, worst] = [0, 0, 0];
  let worstUsed = -1;
  for (let i = 0; i < values.length; i++) {
    const ofProof = shareOf(actual[i], values[i], bounds[i], largest);
    const ofStatistics = statistics === null ? 0 : shareOf(actual[i], values[i], statistics[i], largest);
    if (ofProof > 1) wrong.push(i);
    else if (ofStatistics > 1) suspicious.push(i);
    proof = Math.max(proof, ofProof);
    likely = Math.max(likely, ofStatistics);
    const used = Math.max(ofProof, ofStatistics);
    if (used > worstUsed) [worstUsed, worst] = [used, i];
  }
  const verdict = wrong.length > 0 ? "wrong" : suspicious.length > 0 ? "suspicious" : "within";
  const judged = {
    verdict,
    isClose: verdict === "within",
    used: { proof, statistics: statistics && likely },
    wrong,
    suspicious,
    worst: {
      index: worst,
      position: positionOf(geometry, indices[worst]),
      actual: actual[worst],
      expected: values[worst],
      bound: bounds[worst],
      statistics: statistics === null ? null : statistics[worst],
    },
    mistakes: verdict === "within" ? [] : mistakesOf(actual, oracle, [worst, ...wrong, ...suspicious], verdict),
    notes: notesOf(oracle),
  } as const;
  return { ...judged, message: messageOf(oracle, judged) };
}

/**
 * Throws unless every output of an answer is as close to the oracle as a correct kernel's.
 *
 * @param answer the output of your kernel: a tensor of the oracle's shape, nested arrays, or the numbers in that order
 * @throws AssertionError that says which output is furthest off, its window, its products, where the
 *   wrong outputs lie, and which common mistakes explain all of them
 *
 * @example
 * const [input, filter] = [Tensor.zeros([1, 4, 4, 1]), Tensor.zeros([3, 3, 1, 1])];
 * expectConvClose(conv2d(input, filter), convOracle("conv2d", input, filter));
 */
export function expectConvClose(answer: Answer, oracle: ConvOracle): void {
  const { isClose, message } = judgeConv(answer, oracle);
  if (isClose) return;
  const error = new Error(message);
  error.name = "AssertionError";
  throw error;
}

function checkOracle(oracle: unknown): void {
  const { op, values, bounds, indices, sums, problem } = (oracle ?? {}) as Partial<ConvOracle>;
  const isMade = [values, bounds, indices].every(ArrayBuffer.isView) && sums !== undefined && problem?.op === op;
  if (op !== undefined && CONV_KINDS.includes(op) && isMade) return;
  const found = op === undefined ? show(oracle) : `one of ${show(op)}`;
  throw new ShapeError(
    `judgeConv: the oracle is ${found}, needs what convOracle returned for one of ${CONV_KINDS.join(", ")}`,
  );
}

/** The share of the bound that is used. Infinity and NaN must match; the answer must overflow where the value does. */
function shareOf(actual: number, value: number, bound: number, largest: number): number {
  const isSame = Object.is(actual + 0, value + 0);
  if (isSame) return 0;
  if (!Number.isFinite(value) || Number.isNaN(bound)) return Number.POSITIVE_INFINITY;
  if (bound === Number.POSITIVE_INFINITY) {
    // Some order of the sums overflows. If the value does too, every order ends beyond the largest number, or in NaN.
    const overflows = Math.abs(value) > largest;
    return !overflows || Number.isNaN(actual) || actual * Math.sign(value) >= largest ? 0 : Number.POSITIVE_INFINITY;
  }
  const error = Math.abs(actual - value);
  if (Number.isNaN(error)) return Number.POSITIVE_INFINITY;
  if (error === Number.POSITIVE_INFINITY && Math.abs(value) + bound > largest && actual * value > 0) return 1;
  return error / bound; // Infinity for a bound of 0
}

function notesOf({ statistics, bounds, precision }: ConvOracle): readonly string[] {
  const overflowing = bounds.reduce((count, bound) => count + (bound === Number.POSITIVE_INFINITY ? 1 : 0), 0);
  return [
    ...(statistics === null
      ? ["the proof alone judges: products repeat or are small beside their sum, so roundings are not independent"]
      : []),
    ...(overflowing > 0
      ? [`${overflowing} of ${bounds.length} outputs are not judged: a partial sum of theirs may overflow ${precision}`]
      : []),
  ];
}

function mistakesOf(
  actual: ArrayLike<number>,
  { problem, sums, indices, statistics, values }: ConvOracle,
  outside: readonly number[],
  verdict: Verdict,
): Judgement["mistakes"] {
  const answer = new Float64Array(values.length);
  const tolerance = verdict === "suspicious" && statistics !== null ? new Float64Array(values.length) : null;
  indices.forEach((to, from) => {
    answer[to] = actual[from];
    if (tolerance !== null && statistics !== null) tolerance[to] = statistics[from];
  });
  const largestBias =
    problem.bias === null ? 0 : problem.bias.toFloat32Array().reduce((b, x) => Math.max(b, Math.abs(x)), 0);
  const subject = {
    problem,
    sums,
    answer,
    isWhole: areWhole(problem),
    isIndependent: statistics !== null,
    largestBias,
  };
  return mistakesThatFit(
    subject,
    outside.map((i) => indices[i]),
    tolerance,
  ).map((name) => ({ name }));
}
