/** @file The small example of scene 7: one learned kernel in few bits, one window of the photo, one sum in integers. */
import {
  fixedPoint,
  type Rounding,
  ratioOf,
  requantizer,
  scaledOnce,
} from "../../../../src/geometry/requantization.ts";
import { LEARNED_CHANNEL, pixelsUnder, slideOf } from "../window/slide.ts";

export { LEARNED_CHANNEL };

/**
 * The learned kernel of scene 1, to three decimals. test/scenes.test.ts compares it with the network's.
 */
export const KERNEL_WEIGHTS: readonly number[] = [-0.103, 0.437, 0.008, -0.611, 0.301, 0.291, -0.448, -0.069, 0.196];
const LARGEST = Math.max(...KERNEL_WEIGHTS.map(Math.abs));

export interface InBits {
  /** Step between two levels. */
  readonly scale: number;
  /** Whole numbers: round(w / scale). */
  readonly levels: readonly number[];
  /** Values of the levels: level · scale. */
  readonly back: readonly number[];
  /** The largest error of a weight. */
  readonly error: number;
}

/** Levels from -L to L, L = 2^(bits - 1) - 1, scaled so that the largest weight is at the end. */
export function inBits(bits: number): InBits {
  const scale = LARGEST / (2 ** (bits - 1) - 1);
  const levels = KERNEL_WEIGHTS.map((weight) => Math.round(weight / scale) + 0);
  const back = levels.map((level) => level * scale);
  return { scale, levels, back, error: Math.max(...back.map((value, i) => Math.abs(value - KERNEL_WEIGHTS[i]))) };
}

/** Largest level of a pixel. */
const WHITE = 255;
const SCALES = { pixel: 1 / WHITE, output: 1 / 32 } as const;

/** One of the two windows, of the photo's 2,116, on which the rules disagree. */
export const WINDOW = { row: 26, column: 40 } as const;

export interface Sum {
  readonly pixels: readonly number[];
  readonly weights: readonly number[];
  readonly products: readonly number[];
  readonly sum: number;
}

export function sumAt(row: number, column: number): Sum {
  const under = pixelsUnder(slideOf({ stamp: "edge", stride: 1, padding: "valid" }), row, column);
  const pixels = under.map((grey) => Math.round(((grey ?? 0) * WHITE) / 99));
  const weights = inBits(8).levels;
  const products = pixels.map((pixel, i) => pixel * weights[i]);
  return { pixels, weights, products, sum: products.reduce((all, one) => all + one, 0) };
}

/** scale_x · scale_w / scale_y, the factor for the sum; below, the same as an integer and a shift. */
export const RATIO: number = (SCALES.pixel * inBits(8).scale) / SCALES.output;
export const FIXED: { readonly multiplier: number; readonly shift: number } = fixedPoint(RATIO);

/** The output by each rule. */
export function roundedBy(rule: Rounding, sum: number): number {
  const ratio = ratioOf(rule, SCALES.pixel, inBits(8).scale, SCALES.output);
  return requantizer(rule, ratio, { zeroPoint: 0, min: -128, max: 127 })(sum);
}

/** The second rule's first rounding: the upper half of twice the product. */
export function firstRounding(sum: number): number {
  return scaledOnce(sum, { multiplier: FIXED.multiplier, shift: 0 });
}
