/** @file Naive quantised mean over rows and columns. */
import { type Requantization, requantizers } from "../../../geometry/requantization.ts";
import type { IntegerData } from "../../../tensor/quantizedTensor.ts";
import type { MeanSize } from "../../contract/quantized.ts";

/**
 * For every image n and channel c, over P pixels:
 *
 *   y[n, c] = requantize( Σ p (x[n, p, c] - zx) ), at the ratio sx / (sy · P)
 *
 * @param x input  [N, P, C]
 * @param y output [N, C]; every element is written
 */
export function quantizedMean(
  [N, P, C]: MeanSize,
  zeroPoint: number,
  requantization: Requantization,
  x: IntegerData,
  y: IntegerData,
): void {
  const [requantize] = requantizers(requantization);
  for (let n = 0; n < N; n++) {
    for (let c = 0; c < C; c++) {
      let sum = 0;
      for (let p = 0; p < P; p++) sum += x[(n * P + p) * C + c] - zeroPoint;
      y[n * C + c] = requantize(sum);
    }
  }
}
