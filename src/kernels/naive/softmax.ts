/** @file Naive softmax: turns scores into probabilities. */
import { eachLine, lastAxis } from "../../tensor/lines.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/**
 * For every line along the last axis:
 *
 *   y[i] = e^(x[i] - m) / Σ j e^(x[j] - m)        m = max j x[j], so that nothing overflows
 *
 * @param x input, any shape and strides
 * @param y output of the same shape; every element is written
 *
 * Precision: float64 throughout, rounded once.
 */
export function softmax(x: Tensor, y: Tensor): void {
  const [extent, stepY] = lastAxis(y);
  const [, stepX] = lastAxis(x);
  eachLine(
    (iy, ix) => {
      let max = Number.NEGATIVE_INFINITY;
      for (let i = 0; i < extent; i++) max = Math.max(max, x.data[ix + i * stepX]);
      let sum = 0;
      for (let i = 0; i < extent; i++) sum += Math.exp(x.data[ix + i * stepX] - max);
      for (let i = 0; i < extent; i++) y.data[iy + i * stepY] = Math.exp(x.data[ix + i * stepX] - max) / sum;
    },
    y,
    x,
  );
}
