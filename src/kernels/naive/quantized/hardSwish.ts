/** @file Naive quantised hard swish: x · min(max(x/6 + ½, 0), 1) in integers of 16 bits. */
import { type FixedPoint, fixedPoint, limited, type OutputRange } from "../../../geometry/requantization.ts";
import { roundHalfAway } from "../../../geometry/rounding.ts";
import type { QuantizedLevels } from "../../../tensor/quantizedTensor.ts";

/**
 * With h = 2^7 · (q - zx), which is x at 128 times the resolution:
 *
 *   share  = (2^15 + limit16( h · sx / (128 · 3) )) / 2        min(max(x/6 + ½, 0), 1) · 2^15
 *   y      = (h · sx / (128 · sy)) · share / 2^15
 *
 * where each product keeps its upper 16 bits, and the powers of two of both ratios are shifts before and after.
 *
 * Source: tensorflow/lite/kernels/internal/reference/hard_swish.h; XNNPACK leaves it to TensorFlow Lite.
 */
export function quantizedHardSwish(x: QuantizedLevels, scale: number, output: OutputRange): (q: number) => number {
  const fine = Math.fround(x.scale / 2 ** 7);
  const toOutput = fixedPoint(Math.fround(fine / scale));
  const toShare = fixedPoint(Math.fround(fine / Math.fround(3 / 2 ** 15)));
  const [outputFactor, shareFactor] = [toOutput, toShare].map(upperHalf);
  return (q) => {
    const h = (q - x.zeroPoint) * 2 ** 7;
    const share = (shareOf(h, shareFactor, toShare.shift) + 2 ** 15) >> 1;
    const product = limited16(Math.trunc((share * doublingHighProduct(h, outputFactor)) / 2 ** 15));
    return limited(roundHalfAway(product / 2 ** -toOutput.shift), output);
  };
}

/** h at the scale of shares, limited to 16 bits; the last left shift follows the product, which loses no bits. */
function shareOf(h: number, factor: number, shift: number): number {
  const before = limited16(h * 2 ** Math.max(shift - 1, 0));
  const product = doublingHighProduct(before, factor);
  return shift > 0 ? limited16(product * 2) : roundHalfAway(product / 2 ** -shift);
}

/** The multiplier rounded to 16 bits. */
function upperHalf({ multiplier }: FixedPoint): number {
  return Math.min(Math.floor((multiplier + 2 ** 15) / 2 ** 16), 2 ** 15 - 1);
}

/** (a · b + 2^14) >> 15: half towards +∞. */
function doublingHighProduct(a: number, b: number): number {
  return limited16(Math.floor((a * b + 2 ** 14) / 2 ** 15));
}

function limited16(value: number): number {
  return Math.min(Math.max(value, -(2 ** 15)), 2 ** 15 - 1);
}
