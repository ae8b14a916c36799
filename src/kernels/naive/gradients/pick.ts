/** @file Gradients of picks and of reductions: each is the other in reverse. */

import type { Picks } from "../../../geometry/picks.ts";
import type { Reduction } from "../../../geometry/reduction.ts";
import { eachLine, lastAxis } from "../../../tensor/lines.ts";
import { sizeOf } from "../../../tensor/shape.ts";
import { Tensor } from "../../../tensor/tensor.ts";

/** y[i] = x[picks[i]]:  dx[j] = Σ dy[i] over all i with picks[i] = j. */
export function pickGradient(picks: Picks, dy: Tensor, dx: Tensor): void {
  dx.data.fill(0, dx.offset, dx.offset + dx.size);
  const descend = (axis: number, ix: number, iy: number): void => {
    if (axis === picks.length) {
      dx.data[ix] += dy.data[iy];
      return;
    }
    const indices = picks[axis];
    for (let i = 0; i < dy.shape[axis]; i++) {
      descend(axis + 1, ix + (indices === null ? i : indices[i]) * dx.strides[axis], iy + i * dy.strides[axis]);
    }
  };
  descend(0, dx.offset, dy.offset);
}

/** y = Σ x along some axes, or the mean:  dx = dy for each of the n elements, or dy / n. */
export function reduceGradient(
  f: Extract<Reduction, "reduceMean" | "reduceSum">,
  axes: readonly number[],
  dy: Tensor,
  dx: Tensor,
): void {
  const kept = dx.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
  const spread = new Tensor(dy.toFloat32Array(), kept).broadcastTo(dx.shape);
  const n = f === "reduceMean" ? sizeOf(axes.map((axis) => dx.shape[axis])) : 1;
  const [extent, step] = lastAxis(spread);
  eachLine(
    (to, from) => {
      for (let i = 0; i < extent; i++) dx.data[to + i] = spread.data[from + i * step] / n;
    },
    dx,
    spread,
  );
}
