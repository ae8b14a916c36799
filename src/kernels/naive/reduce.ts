/**
 * @file Naive reductions: the mean, sum, maximum or minimum of all elements along some axes; and the index of the
 * maximum.
 */
import type { Reduction } from "../../geometry/reduction.ts";
import { eachLine, lastAxis } from "../../tensor/lines.ts";
import type { Shape } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";

interface Fold {
  readonly start: number;
  step(sum: number, x: number): number;
  end(sum: number, n: number): number;
}

const itself = (sum: number): number => sum;
const FOLDS: Readonly<Record<Reduction, Fold>> = {
  reduceMean: { start: 0, step: (sum, x) => sum + x, end: (sum, n) => sum / n },
  reduceSum: { start: 0, step: (sum, x) => sum + x, end: itself },
  reduceMax: { start: Number.NEGATIVE_INFINITY, step: Math.max, end: itself },
  reduceMin: { start: Number.POSITIVE_INFINITY, step: Math.min, end: itself },
};

/**
 * y[i] = f of x[i, j] over all j, the indices along `axes`. Sums are carried in float64 and rounded once.
 *
 * @param y contiguous, an element for each index along the other axes
 */
export function reduce(f: Reduction, axes: readonly number[], x: Tensor, y: Tensor): void {
  const { start, step, end } = FOLDS[f];
  const [outer, inner] = parted(x, axes);
  const [extent, stride] = lastAxis(inner);
  let to = y.offset;
  eachLine(
    (from) => {
      let sum = start;
      eachLine(
        (at) => {
          for (let j = 0; j < extent; j++) sum = step(sum, x.data[from + at + j * stride]);
        },
        inner,
        inner,
      );
      y.data[to++] = end(sum, inner.size);
    },
    outer,
    outer,
  );
}

/** y[i] = the first j with the largest x[i, j] along an axis; NaN counts as larger. @param y contiguous */
export function argMax(axis: number, x: Tensor, y: Tensor): void {
  const [outer, inner] = parted(x, [axis]);
  const [extent, stride] = lastAxis(inner);
  let to = y.offset;
  eachLine(
    (from) => {
      let best = 0;
      for (let j = 1; j < extent; j++) {
        const [value, largest] = [x.data[from + j * stride], x.data[from + best * stride]];
        if (value > largest || (Number.isNaN(value) && !Number.isNaN(largest))) best = j;
      }
      y.data[to++] = best;
    },
    outer,
    outer,
  );
}

/** Two walks: over the other axes from x's first element, one element per line; and over `axes` from 0. */
function parted(x: Tensor, axes: readonly number[]): readonly [Tensor, Tensor] {
  const others = [...x.shape.keys()].filter((axis) => !axes.includes(axis));
  const of = (own: readonly number[], list: readonly number[]): Shape => own.map((axis) => list[axis]);
  const outer = new Tensor(x.data, [...of(others, x.shape), 1], [...of(others, x.strides), 1], x.offset);
  return [outer, new Tensor(x.data, of(axes, x.shape), of(axes, x.strides), 0)];
}
