/** @file Naive pad, concat and transpose: no arithmetic, only copies into boxes of the output. */
import { copyInto } from "../../tensor/lines.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/**
 * y[i + before] = x[i], and `value` everywhere else.
 *
 * @param before elements before x, one number per axis
 * @param y      output, contiguous; its extents also leave room after x
 */
export function pad(before: readonly number[], value: number, x: Tensor, y: Tensor): void {
  y.data.fill(value, y.offset, y.offset + y.size);
  copyInto(x, y.slice(before, x.shape));
}

/** Reorders axes: axis i of y is axis permutation[i] of x. */
export function transpose(permutation: readonly number[], x: Tensor, y: Tensor): void {
  copyInto(x.transpose(permutation), y);
}

/** The inputs one after the other along `axis` of y. */
export function concat(axis: number, inputs: readonly Tensor[], y: Tensor): void {
  let start = 0;
  for (const x of inputs) {
    const starts = y.shape.map((_, a) => (a === axis ? start : 0));
    copyInto(x, y.slice(starts, x.shape));
    start += x.shape[axis];
  }
}
