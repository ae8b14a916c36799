/** @file Naive batch normalisation with given statistics: a linear function per channel. Source: arXiv 1502.03167. */
import type { BatchNormParameters } from "../../geometry/batchNormalization.ts";
import { eachLine, lastAxis } from "../../tensor/lines.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/**
 * For every index i and channel c:
 *
 *   y[…, c] = (x[…, c] - mean[c]) / √(variance[c] + ε) · scale[c] + bias[c]
 *
 * @param x input  […, C], any strides
 * @param y output […, C], any strides; every element is written
 *
 * Precision: float64 throughout, rounded once.
 */
export function batchNormalization(parameters: BatchNormParameters, x: Tensor, y: Tensor): void {
  const { mean, variance, scale, bias, epsilon } = parameters;
  const [C, stepY] = lastAxis(y);
  const [, stepX] = lastAxis(x);
  eachLine(
    (iy, ix) => {
      for (let c = 0; c < C; c++) {
        const deviation = Math.sqrt(variance.data[variance.offset + c * variance.strides[0]] + epsilon);
        const normal = (x.data[ix + c * stepX] - mean.data[mean.offset + c * mean.strides[0]]) / deviation;
        const γ = scale === null ? 1 : scale.data[scale.offset + c * scale.strides[0]];
        const β = bias === null ? 0 : bias.data[bias.offset + c * bias.strides[0]];
        y.data[iy + c * stepY] = normal * γ + β;
      }
    },
    y,
    x,
  );
}
