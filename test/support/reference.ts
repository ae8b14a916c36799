/**
 * A second opinion on the naive tier: convolution and pooling by scattering, in float64.
 *
 * The kernels gather: for an output, they look for inputs. This goes the other way, from each input pixel to the
 * outputs whose windows it lies under, and finds the windows by listing them. It shares nothing with src but the
 * meaning.
 */
import type { TierName } from "../../src/index.ts";

/** One axis of a window, padding as numbers. */
export interface Axis {
  readonly extent: number;
  readonly taps: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
  readonly after: number;
}

/** Where each window begins, in pixels of the image; none if not even one fits. */
export function windowStarts(axis: Axis, rounding: "floor" | "ceil" = "floor"): number[] {
  const { extent, taps, stride, dilation, before, after } = axis;
  const last = (taps - 1) * dilation;
  const starts: number[] = [];
  let start = -before;
  for (; start + last < extent + after; start += stride) starts.push(start);
  // Rounding up adds the window that begins where the next one would, if pixels are left over in front of it. It may be
  // the only one, larger than the padded image.
  const isCut = start - stride + last < extent + after - 1;
  if (rounding === "ceil" && isCut && start < extent) starts.push(start);
  return starts;
}

/** How TensorFlow pads for "same", written from the definition: the output has ⌈extent / stride⌉ windows. */
export function samePadding(
  extent: number,
  taps: number,
  stride: number,
  dilation: number,
  oddAt: "end" | "beginning" = "end",
): [before: number, after: number] {
  const windows = Math.ceil(extent / stride);
  let total = 0;
  while (extent + total < (windows - 1) * stride + (taps - 1) * dilation + 1) total++;
  const small = total >> 1;
  return oddAt === "end" ? [small, total - small] : [total - small, small];
}

/** Sum and sum of magnitudes per output, with the number of terms. */
export interface Sums {
  readonly y: Float64Array;
  readonly magnitude: Float64Array;
  readonly terms: number;
}

/** y[n, oh, ow, o] for x [N, H, W, C] and w [KH, KW, C/G, O], row-major. */
export function scatterConv2d(
  x: Float32Array,
  w: Float32Array,
  bias: Float32Array | null,
  { N, C, O, G, rows, columns }: { N: number; C: number; O: number; G: number; rows: Axis; columns: Axis },
): Sums {
  const tops = windowStarts(rows);
  const lefts = windowStarts(columns);
  const [H, W, KH, KW] = [rows.extent, columns.extent, rows.taps, columns.taps];
  const y = new Float64Array(N * tops.length * lefts.length * O);
  const magnitude = new Float64Array(y.length);
  for (let i = 0; i < y.length; i++) y[i] = bias === null ? 0 : bias[i % O];
  for (let i = 0; i < x.length; i++) {
    const c = i % C;
    const iw = Math.floor(i / C) % W;
    const ih = Math.floor(i / (C * W)) % H;
    const n = Math.floor(i / (C * W * H));
    const group = Math.floor(c / (C / G));
    tops.forEach((top, oh) => {
      const kh = (ih - top) / rows.dilation;
      if (!Number.isInteger(kh) || kh < 0 || kh >= KH) return;
      lefts.forEach((left, ow) => {
        const kw = (iw - left) / columns.dilation;
        if (!Number.isInteger(kw) || kw < 0 || kw >= KW) return;
        for (let o = (group * O) / G; o < ((group + 1) * O) / G; o++) {
          const product = x[i] * w[((kh * KW + kw) * (C / G) + (c % (C / G))) * O + o];
          const at = ((n * tops.length + oh) * lefts.length + ow) * O + o;
          y[at] += product;
          magnitude[at] += Math.abs(product);
        }
      });
    });
  }
  return { y, magnitude, terms: (KH * KW * C) / G };
}

/** Pooling of x [N, H, W, C]: per output the list of pixels under its window, and the taps on image or padding. */
export function windowPixels(
  x: Float32Array,
  { N, C, rows, columns, rounding }: { N: number; C: number; rows: Axis; columns: Axis; rounding: "floor" | "ceil" },
): { pixels: number[]; tapsWithPadding: number }[] {
  const onAxis = (axis: Axis, start: number): { on: number[]; counted: number } => {
    const taps = Array.from({ length: axis.taps }, (_, k) => start + k * axis.dilation);
    const on = taps.filter((i) => i >= 0 && i < axis.extent);
    return { on, counted: taps.filter((i) => i < axis.extent + axis.after).length };
  };
  const result: { pixels: number[]; tapsWithPadding: number }[] = [];
  for (let n = 0; n < N; n++) {
    for (const top of windowStarts(rows, rounding)) {
      for (const left of windowStarts(columns, rounding)) {
        const [down, across] = [onAxis(rows, top), onAxis(columns, left)];
        for (let c = 0; c < C; c++) {
          const pixels = down.on.flatMap((ih) =>
            across.on.map((iw) => x[((n * rows.extent + ih) * columns.extent + iw) * C + c]),
          );
          result.push({ pixels, tapsWithPadding: down.counted * across.counted });
        }
      }
    }
  }
  return result;
}

const UNIT = 2 ** -24; // half the distance from 1 to the next float32: the largest relative error of one rounding

/**
 * The first output that a tier may not give: all keep the bound of summation, those that sum in float64 one rounding
 * too.
 */
export function outsideBound(
  tier: TierName,
  actual: Float32Array,
  sums: Sums,
  bias: Float32Array | null,
): string | null {
  const wrong = outsideSummationBound(actual, sums, bias);
  return wrong ?? (tier === "simd" ? null : outsideOneRounding(actual, sums));
}

/** The first output outside of the provable bound of float32 summation in any order, as a sentence; null if none. */
function outsideSummationBound(actual: Float32Array, { y, magnitude, terms }: Sums, bias: Float32Array | null) {
  for (let i = 0; i < y.length; i++) {
    const b = bias === null ? 0 : Math.abs(bias[i % bias.length]);
    const bound = (terms + 2) * UNIT * magnitude[i] + UNIT * b;
    if (!(Math.abs(actual[i] - y[i]) <= bound)) return `output ${i} is ${actual[i]}, needs ${y[i]} ± ${bound}`;
  }
  return null;
}

/** The first output that is further from the float64 sum than one rounding to float32, as a sentence; null if none. */
function outsideOneRounding(actual: Float32Array, { y, magnitude, terms }: Sums): string | null {
  for (let i = 0; i < y.length; i++) {
    // Two float64 sums of the same products in different orders differ by a few units of 2^-53.
    const bound = UNIT * Math.abs(y[i]) + (terms + 2) * 2 ** -52 * magnitude[i] + 2 ** -149;
    if (!(Math.abs(actual[i] - y[i]) <= bound)) return `output ${i} is ${actual[i]}, needs ${y[i]} ± ${bound}`;
  }
  return null;
}
