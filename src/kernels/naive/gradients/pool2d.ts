/** @file Naive gradients of pooling: an output's gradient goes to the pixels from which it was computed. */
import { countedTaps, type Pool2dGeometry } from "../../../geometry/pool2d.ts";
import type { Tensor } from "../../../tensor/tensor.ts";

/**
 * The maximum is one of the pixels and depends on it alone: dy goes to the first largest in tap order, NaN before all
 * others.
 *
 * @param x  [N, H, W, C], any strides
 * @param dy [N, OH, OW, C], any strides
 * @param dx [N, H, W, C], contiguous; every element is written
 */
export function maxPool2dGradient(g: Pool2dGeometry, x: Tensor, dy: Tensor, dx: Tensor): void {
  dx.data.fill(0, dx.offset, dx.offset + dx.size);
  eachWindow(g, x, dy, dx, (taps, slope) => {
    let best: Tap | null = null;
    for (const tap of taps) {
      const isLarger = best === null || x.data[tap.x] > x.data[best.x] || Number.isNaN(x.data[tap.x]);
      if (isLarger && !(best !== null && Number.isNaN(x.data[best.x]))) best = tap;
    }
    if (best !== null) dx.data[best.dx] += slope;
  });
}

/**
 * The mean is Σ x / count: every pixel under the window gets dy / count, with the `count` of the forward pass.
 *
 * @param dy [N, OH, OW, C], any strides
 * @param dx [N, H, W, C], contiguous; every element is written
 */
export function averagePool2dGradient(g: Pool2dGeometry, countIncludePad: boolean, dy: Tensor, dx: Tensor): void {
  const { rows, columns } = countedTaps(g, countIncludePad);
  dx.data.fill(0, dx.offset, dx.offset + dx.size);
  eachWindow(g, dx, dy, dx, (taps, slope, oh, ow) => {
    for (const tap of taps) dx.data[tap.dx] += slope / (rows[oh] * columns[ow]);
  });
}

/** Indices into the data of x and of dx. */
interface Tap {
  readonly x: number;
  readonly dx: number;
}

function eachWindow(
  g: Pool2dGeometry,
  x: Tensor,
  dy: Tensor,
  dx: Tensor,
  give: (taps: readonly Tap[], slope: number, oh: number, ow: number) => void,
): void {
  const { N, H, W, C, OH, OW, KH, KW, strideH, strideW, dilationH, dilationW, padTop, padLeft } = g;
  const indexOf = (t: Tensor, n: number, h: number, w: number, c: number): number =>
    t.offset + n * t.strides[0] + h * t.strides[1] + w * t.strides[2] + c * t.strides[3];
  for (let n = 0; n < N; n++) {
    for (let c = 0; c < C; c++) {
      for (let oh = 0; oh < OH; oh++) {
        for (let ow = 0; ow < OW; ow++) {
          const taps: Tap[] = [];
          for (let kh = 0; kh < KH; kh++) {
            const ih = oh * strideH + kh * dilationH - padTop;
            if (ih < 0 || ih >= H) continue;
            for (let kw = 0; kw < KW; kw++) {
              const iw = ow * strideW + kw * dilationW - padLeft;
              if (iw < 0 || iw >= W) continue;
              taps.push({ x: indexOf(x, n, ih, iw, c), dx: indexOf(dx, n, ih, iw, c) });
            }
          }
          give(taps, dy.data[indexOf(dy, n, oh, ow, c)], oh, ow);
        }
      }
    }
  }
}
