/** @file Naive linear interpolation between pixels. */
import type { Neighbours } from "../../geometry/resample2d.ts";
import type { Tensor } from "../../tensor/tensor.ts";

/**
 * y[n, oh, ow, c] = (1 - p) · ((1 - q) · x[l, l'] + q · x[l, h']) + p · ((1 - q) · x[h, l'] + q · x[h, h'])
 *
 * with rows l, h and the share p of output row oh, columns l', h' and the share q of output column ow.
 *
 * @param x [N, H, W, C], any strides
 * @param y [N, OH, OW, C], any strides; every element is written
 *
 * Precision: float64, rounded once.
 */
export function interpolate2d(rows: Neighbours, columns: Neighbours, x: Tensor, y: Tensor): void {
  const [N, OH, OW, C] = y.shape;
  const [xN, xH, xW, xC] = x.strides;
  const [yN, yH, yW, yC] = y.strides;
  for (let n = 0; n < N; n++) {
    for (let oh = 0; oh < OH; oh++) {
      const [low, high] = [rows.low[oh], rows.high[oh]].map((row) => x.offset + n * xN + row * xH);
      const p = rows.share[oh];
      for (let ow = 0; ow < OW; ow++) {
        const [left, right, q] = [columns.low[ow] * xW, columns.high[ow] * xW, columns.share[ow]];
        const to = y.offset + n * yN + oh * yH + ow * yW;
        for (let c = 0; c < C; c++) {
          const upper = (1 - q) * x.data[low + left + c * xC] + q * x.data[low + right + c * xC];
          const lower = (1 - q) * x.data[high + left + c * xC] + q * x.data[high + right + c * xC];
          y.data[to + c * yC] = (1 - p) * upper + p * lower;
        }
      }
    }
  }
}
