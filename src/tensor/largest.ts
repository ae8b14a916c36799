/** @file A classifier's prediction. */
import type { Tensor } from "./tensor.ts";

/** The class with the largest score; -1 if a score is NaN. */
export function largestOf(scores: Tensor, row: number): number {
  const [, classes] = scores.shape;
  const own = scores.data.subarray(scores.offset + row * classes, scores.offset + (row + 1) * classes);
  return own.indexOf(own.reduce((max, value) => Math.max(max, value), Number.NEGATIVE_INFINITY));
}
