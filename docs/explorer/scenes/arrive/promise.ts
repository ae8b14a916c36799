/** @file What a block promises, counted, and how much of it arrived, in words that fit the measurement's certainty. */

import { algorithmCost, fewestOperations } from "../../../../src/geometry/algorithmCost.ts";
import { conv2dCost, conv2dGeometry } from "../../../../src/index.ts";
import type { BlockTime } from "../../engine/measure.ts";
import type { Spread } from "../../engine/timing.ts";
import type { State } from "../state.ts";

export interface Promised {
  /** Multiply-accumulates. */
  readonly standard: number;
  /** Multiplications of the same convolution by Winograd's method; null if it needs more, or is not 3 × 3. */
  readonly best: number | null;
  readonly depthwise: number;
  readonly pointwise: number;
  readonly separable: number;
}

export function promiseOf({ k, o, c, side }: Pick<State, "k" | "o" | "c" | "side">): Promised {
  const image = [1, side, side, c];
  const same = { padding: "same" } as const;
  const geometry = conv2dGeometry(image, [k, k, c, o], same);
  const algorithm = fewestOperations(geometry);
  const depthwise = conv2dCost(conv2dGeometry(image, [k, k, c, 1], same, "depthwiseConv2d")).macs;
  const pointwise = conv2dCost(conv2dGeometry(image, [c, o], {}, "pointwiseConv2d")).macs;
  return {
    standard: conv2dCost(geometry).macs,
    best: algorithm === "direct" ? null : (algorithmCost(geometry, algorithm)?.products.multiplications ?? null),
    depthwise,
    pointwise,
    separable: depthwise + pointwise,
  };
}

/** A measured ratio of times, and its range. */
export interface Arrived {
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
}

export function arrivedOf(slow: Spread, fast: Spread): Arrived {
  return {
    ratio: slow.ms / fast.ms,
    low: slow.quarter / fast.threeQuarters,
    high: slow.threeQuarters / fast.quarter,
  };
}

export const VERDICTS = ["busy", "more", "all", "most", "half", "little", "none"] as const;
export type Verdict = (typeof VERDICTS)[number];

/** Relative range above which no verdict is given. */
const BUSY = 0.5;

/** The verdict. "None" and "more" must hold for the whole range of the ratio. */
export function verdictOf({ ratio, low, high }: Arrived, promised: number): Verdict {
  if ((high - low) / ratio > BUSY) return "busy";
  if (high < 1) return "none";
  if (low > promised * 1.05) return "more";
  const share = ratio / promised;
  if (share >= 0.93) return "all";
  if (share >= 0.65) return "most";
  return share >= 0.4 ? "half" : "little";
}

/** The times of the fastest tier; null before any are measured. */
export function fastest(times: readonly BlockTime[]): BlockTime | null {
  return times.reduce<BlockTime | null>(
    (best, one) => (best === null || one.separable.ms < best.separable.ms ? one : best),
    null,
  );
}
