/** @file Naive parametric ReLU: each channel has a slope below 0. Source: arXiv 1502.01852. */
import { eachLine, lastAxis } from "../../tensor/lines.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/**
 * y[…, c] = x[…, c], or slope[c] · x[…, c] below 0
 *
 * @param slope [C]
 * @param x     […, C], any strides; y likewise
 */
export function prelu(slope: Tensor, x: Tensor, y: Tensor): void {
  const [C, stepY] = lastAxis(y);
  const [, stepX] = lastAxis(x);
  eachLine(
    (iy, ix) => {
      for (let c = 0; c < C; c++) {
        const value = x.data[ix + c * stepX];
        const below = slope.data[slope.offset + c * slope.strides[0]] * value;
        y.data[iy + c * stepY] = value >= 0 ? value : below;
      }
    },
    y,
    x,
  );
}
