/**
 * @file Pooling with the channels innermost: a window's pixels are added up (or compared) as whole rows of channels.
 */
import { countedTaps, type Pool2dGeometry } from "../../geometry/pool2d.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { paddedImage } from "./padded.ts";

/**
 * y[n, oh, ow, c] = max over the window of x[n, …, c]; the padding is -∞, NaN stays NaN.
 *
 * @returns a function that computes y [N, OH, OW, C] from x [N, H, W, C], both contiguous
 */
export function maxPool2d(g: Pool2dGeometry): (x: Tensor, y: Tensor) => void {
  const { C } = g;
  const largest = new Float32Array(C);
  return eachWindow(g, Number.NEGATIVE_INFINITY, {
    start: () => largest.fill(Number.NEGATIVE_INFINITY),
    tap: (pixels, at) => {
      for (let c = 0; c < C; c++) largest[c] = Math.max(largest[c], pixels[at + c]);
    },
    end: (y, at) => y.set(largest, at),
  });
}

/**
 * y[n, oh, ow, c] = (sum over the window of x[n, …, c]) / count; the padding is 0.
 *
 * @returns a function that computes y [N, OH, OW, C] from x [N, H, W, C], both contiguous
 */
export function averagePool2d(g: Pool2dGeometry, countIncludePad: boolean): (x: Tensor, y: Tensor) => void {
  const { C } = g;
  const { rows, columns } = countedTaps(g, countIncludePad);
  const sums = new Float64Array(C);
  return eachWindow(g, 0, {
    start: () => sums.fill(0),
    tap: (pixels, at) => {
      for (let c = 0; c < C; c++) sums[c] += pixels[at + c];
    },
    end: (y, at, oh, ow) => {
      const count = rows[oh] * columns[ow];
      for (let c = 0; c < C; c++) y[at + c] = sums[c] / count;
    },
  });
}

interface Reduction {
  start(): void;
  /** Accumulates one tap: the channels at pixels[at]. */
  tap(pixels: Float32Array, at: number): void;
  end(y: Float32Array, at: number, oh: number, ow: number): void;
}

function eachWindow(g: Pool2dGeometry, padding: number, reduction: Reduction): (x: Tensor, y: Tensor) => void {
  const { N, H, W, C, OH, OW, KH, KW, strideH, strideW, dilationH, dilationW } = g;
  const image = paddedImage(g, C, padding);
  const line = image.columns * C;
  return (x, y) => {
    for (let n = 0; n < N; n++) {
      image.load(x.data, x.offset + n * H * W * C);
      for (let oh = 0; oh < OH; oh++) {
        for (let ow = 0; ow < OW; ow++) {
          reduction.start();
          const corner = oh * strideH * line + ow * strideW * C;
          for (let kh = 0; kh < KH; kh++) {
            const row = corner + kh * dilationH * line;
            for (let kw = 0; kw < KW; kw++) reduction.tap(image.data, row + kw * dilationW * C);
          }
          reduction.end(y.data, y.offset + ((n * OH + oh) * OW + ow) * C, oh, ow);
        }
      }
    }
  };
}
