/** @file What a block promises, counted; and what arrived of it, in words that fit how sure it is. */

import { algorithmCost, fewestOperations } from "../../../../src/geometry/algorithmCost.ts";
import { conv2dCost, conv2dGeometry } from "../../../../src/index.ts";
import type { BlockTime } from "../../engine/measure.ts";
import type { Spread } from "../../engine/timing.ts";
import type { State } from "../state.ts";

export interface Promised {
  /** Multiply-accumulates. */
  readonly standard: number;
  /** Multiplications of the same convolution by Winograd's method; null where it takes more, or is no 3 × 3. */
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

/** How many times faster one is than another, and from where to where that may be. */
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

/** Quartiles so far apart that no word would be right. */
const BUSY = 0.5;

/** What is said of it: the word for the least and the most that it may be must be the same, or the one between. */
export function verdictOf({ ratio, low, high }: Arrived, promised: number): Verdict {
  if ((high - low) / ratio > BUSY) return "busy";
  if (high < 1) return "none";
  if (low > promised * 1.05) return "more";
  const share = ratio / promised;
  if (share >= 0.93) return "all";
  if (share >= 0.65) return "most";
  return share >= 0.4 ? "half" : "little";
}

/** The times of the fastest tier; null before there are any. */
export function fastest(times: readonly BlockTime[]): BlockTime | null {
  return times.reduce<BlockTime | null>(
    (best, one) => (best === null || one.separable.ms < best.separable.ms ? one : best),
    null,
  );
}
