/**
 * @file Gradient of linear interpolation: each pixel receives its share of the gradients of all outputs that use it.
 */
import type { Neighbours } from "../../../geometry/resample2d.ts";
import type { Tensor } from "../../../tensor/tensor.ts";

/** dx = Σ share · dy over all outputs that a pixel is a neighbour of. @param dx contiguous */
export function interpolate2dGradient(rows: Neighbours, columns: Neighbours, dy: Tensor, dx: Tensor): void {
  const [N, OH, OW, C] = dy.shape;
  const [xN, xH, xW] = dx.strides;
  const sums = new Float64Array(dx.size);
  const given = dy.toFloat32Array();
  let at = 0;
  for (let n = 0; n < N; n++) {
    for (let oh = 0; oh < OH; oh++) {
      for (let ow = 0; ow < OW; ow++) {
        const corners = [
          [rows.low[oh], columns.low[ow], (1 - rows.share[oh]) * (1 - columns.share[ow])],
          [rows.low[oh], columns.high[ow], (1 - rows.share[oh]) * columns.share[ow]],
          [rows.high[oh], columns.low[ow], rows.share[oh] * (1 - columns.share[ow])],
          [rows.high[oh], columns.high[ow], rows.share[oh] * columns.share[ow]],
        ];
        for (const [h, w, share] of corners) {
          for (let c = 0; c < C; c++) sums[n * xN + h * xH + w * xW + c] += share * given[at + c];
        }
        at += C;
      }
    }
  }
  dx.data.set(sums, dx.offset);
}
