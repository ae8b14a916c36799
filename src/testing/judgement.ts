/** @file The result of judging an answer. */
import type { Position } from "./problem.ts";

/**
 * `within`: every output is inside both bounds. `suspicious`: inside the proof, but further off than correct kernels
 * are once in a million convolutions. `wrong`: at least one output is where no correct kernel can be.
 */
export type Verdict = "within" | "suspicious" | "wrong";

/** The output that uses most of its bound. */
export interface WorstOutput {
  /** Into the answer as it lies. */
  readonly index: number;
  /** [n, oh, ow, o] */
  readonly position: Position;
  readonly actual: number;
  readonly expected: number;
  /** The bound of a proof: see {@link ConvOracle.bounds}. */
  readonly bound: number;
  /** The statistical bound; null where only the proof judges. */
  readonly statistics: number | null;
}

export interface Judgement {
  readonly verdict: Verdict;
  /** Whether the verdict is "within". */
  readonly isClose: boolean;
  /**
   * The largest share of a bound that an output uses; 1 is all of it. Infinity where numbers cannot be compared;
   * `statistics` is null where roundings are not independent and the proof alone judges.
   */
  readonly used: { readonly proof: number; readonly statistics: number | null };
  /** Indices of the outputs outside the proof. */
  readonly wrong: readonly number[];
  /** Indices of those inside it and outside the statistics. */
  readonly suspicious: readonly number[];
  /** Null for an answer of another size. */
  readonly worst: WorstOutput | null;
  /** The mistakes that explain every output, by their names in MISTAKES; none if the answer is close. */
  readonly mistakes: readonly { readonly name: string }[];
  /** What limits the verdict: that the proof alone judges, that outputs may overflow. */
  readonly notes: readonly string[];
  /** What is wrong, in sentences, and the notes; empty if there is nothing to say. */
  readonly message: string;
}
