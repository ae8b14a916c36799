/**
 * @file The convolution that computes the gradient of a convolution's input.
 *
 * From ih = oh·strideH + kh·dilationH - padTop, with the taps reversed, kh = KH - 1 - k:
 *
 *   ih + k·dilationH = oh·strideH + top,      top = (KH - 1)·dilationH - padTop
 *
 * So dx[ih] sums taps k of the flipped kernel over an image whose row oh·strideH + top is row oh of dy: a convolution
 * of stride 1. If the forward stride is 1, that image is dy with padding; else dy's pixels are spread out, with zeros
 * between them.
 */
import type { Conv2dGeometry } from "../../geometry/conv2d.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { filterAndBias, type LayerWeights } from "./kernels.ts";

/** An image of zeros with another image's pixels spaced out in it. */
export interface Spread {
  readonly N: number;
  readonly C: number;
  /** Of the small image. */
  readonly rows: number;
  readonly columns: number;
  /** Of the large one. */
  readonly H: number;
  readonly W: number;
  /** Position of the first pixel; pixels outside are dropped. */
  readonly top: number;
  readonly left: number;
  readonly stepH: number;
  readonly stepW: number;
}

/** @returns the convolution and, unless dy can be read in place, how to spread it out first */
export function inputGradientOf(g: Conv2dGeometry): {
  readonly geometry: Conv2dGeometry;
  readonly spread: Spread | null;
} {
  const { N, H, W, C, OH, OW, O, KH, KW, G, strideH, strideW, dilationH, dilationW, padTop, padLeft } = g;
  const [top, left] = [(KH - 1) * dilationH - padTop, (KW - 1) * dilationW - padLeft];
  const [rows, columns] = [H + (KH - 1) * dilationH, W + (KW - 1) * dilationW];
  const [bottom, right] = [rows - top - OH, columns - left - OW];
  const common = { N, C: O, O: C, G, OH: H, OW: W, KH, KW, dilationH, dilationW, strideH: 1, strideW: 1 };
  if (strideH === 1 && strideW === 1 && Math.min(top, left, bottom, right) >= 0) {
    const pads = { padTop: top, padBottom: bottom, padLeft: left, padRight: right };
    return { geometry: { ...common, H: OH, W: OW, ...pads }, spread: null };
  }
  return {
    geometry: { ...common, H: rows, W: columns, padTop: 0, padBottom: 0, padLeft: 0, padRight: 0 },
    spread: { N, C: O, rows: OH, columns: OW, H: rows, W: columns, top, left, stepH: strideH, stepW: strideW },
  };
}

/** Spreads x [N, rows, columns, C], any strides, out into y [N, H, W, C], contiguous; every element is written. */
export function spreadOut({ N, C, rows, columns, H, W, top, left, stepH, stepW }: Spread, x: Tensor, y: Tensor): void {
  const { data, offset } = x.contiguous();
  y.data.fill(0, y.offset, y.offset + y.size);
  for (let n = 0; n < N; n++) {
    for (let row = 0; row < rows; row++) {
      const h = row * stepH + top;
      if (h < 0 || h >= H) continue;
      for (let column = 0; column < columns; column++) {
        const w = column * stepW + left;
        if (w < 0 || w >= W) continue;
        const from = offset + ((n * rows + row) * columns + column) * C;
        y.data.set(data.subarray(from, from + C), y.offset + ((n * H + h) * W + w) * C);
      }
    }
  }
}

/** The filter of a convolution or dense layer as [KH, KW, C/G, O]; that of a depthwise one is [KH, KW, 1, C·M]. */
export function filterOf({ KH, KW, C, G, O }: Conv2dGeometry, weights: LayerWeights): Tensor {
  return filterAndBias(weights, [KH, KW, C / G, O])[0];
}

/**
 * The filter of that convolution: taps reversed, and inputs and outputs swapped within each group.
 *
 * @param w  [KH, KW, C/G, O], any strides
 * @param to [KH, KW, O/G, C], contiguous; every element is written. Default: a fresh tensor
 */
export function flippedFilter(
  { KH, KW, C, O, G }: Conv2dGeometry,
  w: Tensor,
  to: Tensor = Tensor.zeros([KH, KW, O / G, C]),
): Tensor {
  const [Cg, Og] = [C / G, O / G];
  const [wH, wW, wI, wO] = w.strides;
  let at = to.offset;
  for (let kh = KH - 1; kh >= 0; kh--) {
    for (let kw = KW - 1; kw >= 0; kw--) {
      for (let o = 0; o < Og; o++) {
        for (let group = 0; group < G; group++) {
          let from = w.offset + kh * wH + kw * wW + (group * Og + o) * wO;
          for (const end = at + Cg; at < end; from += wI) to.data[at++] = w.data[from];
        }
      }
    }
  }
  return to;
}
