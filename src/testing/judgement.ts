/** @file The result of judging an answer. */
import type { Position } from "./problem.ts";

/**
 * The verdict on an answer. `within`: every output is inside both bounds. `suspicious`: all are inside the proven
 * bound, but not the statistical one, which a correct kernel exceeds at most once in a million convolutions. `wrong`:
 * an output is outside the proven bound, where no correct kernel's can be.
 */
export type Verdict = "within" | "suspicious" | "wrong";

/** The output that uses the largest share of its bound. */
export interface WorstOutput {
  /** Index into the answer, in its layout. */
  readonly index: number;
  /** [n, oh, ow, o] */
  readonly position: Position;
  readonly actual: number;
  readonly expected: number;
  /** The proven bound: see {@link ConvOracle.bounds}. */
  readonly bound: number;
  /** The statistical bound; null where only the proof judges. */
  readonly statistics: number | null;
}

/** How close an answer is to the oracle. */
export interface Judgement {
  readonly verdict: Verdict;
  /** Whether the verdict is "within". */
  readonly isClose: boolean;
  /**
   * The largest share of a bound that an output uses; 1 is all of it. Infinity if the numbers cannot be compared;
   * `statistics` is null where roundings are not independent and only the proof judges.
   */
  readonly used: { readonly proof: number; readonly statistics: number | null };
  /** Indices of the outputs outside the proven bound. */
  readonly wrong: readonly number[];
  /** Indices of the outputs inside it but outside the statistical bound. */
  readonly suspicious: readonly number[];
  /** Null for an answer that does not fit the oracle. */
  readonly worst: WorstOutput | null;
  /** Names, as in MISTAKES, of the mistakes that explain every output; none if the answer is close. */
  readonly mistakes: readonly { readonly name: string }[];
  /** Limits of the verdict: that only the proof judges, that outputs may overflow. */
  readonly notes: readonly string[];
  /** What is wrong, in sentences, and the notes; empty if there is nothing to say. */
  readonly message: string;
}
