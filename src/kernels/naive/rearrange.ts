/** @file Naive pad, concat, transpose and pick: no arithmetic, only copies. */
import { type Picks, viewOf } from "../../geometry/picks.ts";
import { copyInto } from "../../tensor/lines.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";

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

/**
 * y[i, j, …] = x[picks[0][i], picks[1][j], …]
 *
 * Slices with any steps, repetitions, mirrored edges and the nearest pixels of another size are picks.
 */
export function pick(picks: Picks, x: Tensor, y: Tensor): void {
  const view = viewOf(picks, x.strides);
  if (view !== null) {
    copyInto(new Tensor(x.data, y.shape, view.strides, x.offset + view.offset), y);
    return;
  }
  const last = picks.findLastIndex((indices) => indices !== null);
  // The axes after the last pick are copied together.
  const rest = { shape: x.shape.slice(last + 1), size: sizeOf(x.shape.slice(last + 1)) };
  const part = (t: Tensor, offset: number): Tensor => new Tensor(t.data, rest.shape, t.strides.slice(last + 1), offset);
  const descend = (axis: number, ix: number, iy: number): void => {
    if (axis > last) {
      if (rest.size === 1) y.data[iy] = x.data[ix];
      else copyInto(part(x, ix), part(y, iy));
      return;
    }
    const indices = picks[axis];
    for (let i = 0; i < y.shape[axis]; i++) {
      descend(axis + 1, ix + (indices === null ? i : indices[i]) * x.strides[axis], iy + i * y.strides[axis]);
    }
  };
  descend(0, x.offset, y.offset);
}
