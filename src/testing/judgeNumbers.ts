/** @file Judges an answer in real numbers: how far off each output is, and whether that is possible and likely. */
import type { Judgement, Verdict } from "./judgement.ts";
import { messageOf } from "./message.ts";
import { mistakesThatFit } from "./mistakes/index.ts";
import { realSubject } from "./mistakes/realSubject.ts";
import type { ConvOracle } from "./oracle.ts";
import { FORMATS } from "./precision.ts";
import { positionOf } from "./problem.ts";

/** @param actual the outputs, in the order of the oracle */
export function judgeNumbers(actual: ArrayLike<number>, oracle: ConvOracle): Judgement {
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

/** Returns the share of the bound used. Infinity and NaN must match; the answer must overflow where the value does. */
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

function notesOf({ statistics, bounds, precision, problem }: ConvOracle): readonly string[] {
  const overflowing = bounds.reduce((count, bound) => count + (bound === Number.POSITIVE_INFINITY ? 1 : 0), 0);
  return [
    ...(problem.algorithm !== "direct"
      ? [`the proof alone judges: the bound of ${problem.algorithm} is far wider than that of sums of products`]
      : []),
    ...(statistics === null && problem.algorithm === "direct"
      ? ["the proof alone judges: products repeat or are small beside their sum, so roundings are not independent"]
      : []),
    ...(overflowing > 0
      ? [`${overflowing} of ${bounds.length} outputs are not judged: a partial sum of theirs may overflow ${precision}`]
      : []),
  ];
}

function mistakesOf(
  actual: ArrayLike<number>,
  oracle: ConvOracle,
  outside: readonly number[],
  verdict: Verdict,
): Judgement["mistakes"] {
  const { indices, statistics, values } = oracle;
  const answer = new Float64Array(values.length);
  const tolerance = verdict === "suspicious" && statistics !== null ? new Float64Array(values.length) : null;
  indices.forEach((to, from) => {
    answer[to] = actual[from];
    if (tolerance !== null && statistics !== null) tolerance[to] = statistics[from];
  });
  const wrong = outside.map((i) => indices[i]);
  return mistakesThatFit(realSubject(oracle, answer), wrong, tolerance).map((name) => ({ name }));
}
