/** @file Judges an integer answer: every integer must equal the oracle's; a mistake that explains the rest is named. */

import { requantizers } from "../../geometry/requantization.ts";
import type { Judgement } from "../judgement.ts";
import { quantizedMistakesThatFit } from "../mistakes/index.ts";
import type { Subject } from "../mistakes/kernel.ts";
import { positionOf } from "../problem.ts";
import { messageOf } from "./message.ts";
import type { QuantizedConvOracle } from "./oracle.ts";
import { type QuantizedProblem, requantizationOf } from "./problem.ts";

/** @param actual the outputs, in the order of the oracle */
export function judgeIntegers(actual: ArrayLike<number>, oracle: QuantizedConvOracle): Judgement {
  const { output, geometry, indices } = oracle;
  const wrong: number[] = [];
  let [worst, furthest] = [0, -1];
  output.data.forEach((expected, i) => {
    const off = actual[i] === expected ? 0 : Math.abs(actual[i] - expected) || Number.POSITIVE_INFINITY; // NaN
    if (off > 0) wrong.push(i);
    if (off > furthest) [furthest, worst] = [off, i];
  });
  const isClose = wrong.length === 0;
  const judged = {
    verdict: isClose ? "within" : "wrong",
    isClose,
    used: { proof: isClose ? 0 : Number.POSITIVE_INFINITY, statistics: null },
    wrong,
    suspicious: [],
    worst: {
      index: worst,
      position: positionOf(geometry, indices[worst]),
      actual: actual[worst],
      expected: output.data[worst],
      bound: 0,
      statistics: null,
    },
    mistakes: isClose ? [] : mistakesOf(actual, oracle, [worst, ...wrong]),
    notes: [],
  } as const;
  return { ...judged, message: messageOf(oracle, judged, furthest) };
}

function mistakesOf(
  actual: ArrayLike<number>,
  { problem, indices, accumulators }: QuantizedConvOracle,
  wrong: readonly number[],
): Judgement["mistakes"] {
  const size = accumulators.length;
  const [answer, sums] = [new Float64Array(size), new Float64Array(size)];
  indices.forEach((to, from) => {
    answer[to] = actual[from];
    sums[to] = accumulators[from];
  });
  const subject = subjectOf(problem, sums, answer);
  return quantizedMistakesThatFit(
    subject,
    wrong.map((i) => indices[i]),
  ).map((name) => ({ name }));
}

/** Sums of integers are exact: nothing is rounded before the ending. */
function subjectOf(problem: QuantizedProblem, sums: Float64Array, answer: Float64Array): Subject<QuantizedProblem> {
  const requantize = requantizers(requantizationOf(problem, problem.rounding));
  const none = new Float64Array(sums.length);
  return {
    problem,
    finish: (sum, b, o) => requantize[o](sum + b),
    tolerance: () => 0,
    sums: { sums, magnitudes: none, norms: none, spreads: none },
    unit: 1,
    answer,
  };
}
