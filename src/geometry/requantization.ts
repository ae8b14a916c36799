/**
 * @file Three rules that turn the sum of a quantised layer into an integer of its output. They differ by one step in
 * about 0.1 % of values. All of them compute round(sum · ratio) + zeroPoint, limited to the output's range, where
 *
 *   ratio = scale_x · scale_w / scale_y
 *
 *   sum · ratio      float-half-even   tflite-double   tflite-single
 *    5 · 0.5  =  2.5        2                3               3
 *   -5 · 0.5  = -2.5       -2               -2              -2
 *    5 · 0.25 =  1.25       1                2               1        2.5 becomes 3, and 1.5 becomes 2
 *   -6 · 0.25 = -1.5       -2               -2              -1
 */

import { roundHalfAway, roundHalfEven } from "./rounding.ts";

/** The rules by name; the first is the default. */
export const ROUNDINGS = ["float-half-even", "tflite-double", "tflite-single"] as const;
/** How a sum is rounded to an integer of the output. */
export type Rounding = (typeof ROUNDINGS)[number];

export const QUANTIZE_RULES = ["reciprocal-half-even", "division-half-even", "division-half-away"] as const;

/** How a real number x becomes an integer: whether it is multiplied by 1/s or divided by s, and how halves round. */
export type QuantizeRule = (typeof QUANTIZE_RULES)[number];

/**
 * XNNPACK multiplies by the reciprocal, rounding halves to even; TensorFlow Lite divides, rounding halves away from 0.
 */
export function quantizeRule(rounding: Rounding): QuantizeRule {
  return rounding === "float-half-even" ? "reciprocal-half-even" : "division-half-away";
}

/** The zero point and limits of an output. */
export interface OutputRange {
  readonly zeroPoint: number;
  readonly min: number;
  readonly max: number;
}

/** Converts a sum, an int32, to an integer of the output. */
export type Requantize = (sum: number) => number;

/** How the sums of a layer become integers of its output. */
export interface Requantization {
  readonly rounding: Rounding;
  /** One for each output channel, from {@link ratioOf}. */
  readonly ratios: readonly Ratio[];
  readonly output: OutputRange;
}

/** The factor of sums: a number, or a fixed-point number where a rule prescribes one. */
export type Ratio = number | FixedPoint;

/** A function for each output channel. */
export function requantizers({ rounding, ratios, output }: Requantization): readonly Requantize[] {
  return ratios.map((ratio) => requantizer(rounding, ratio, output));
}

/** @param ratio from {@link ratioOf}, by the same rule */
export function requantizer(rounding: Rounding, ratio: Ratio, output: OutputRange): Requantize {
  if (rounding !== "float-half-even") {
    const scaled = rounding === "tflite-double" ? scaledTwice : scaledOnce;
    const fixed = fixedPointOf(ratio);
    return (sum) => limited(scaled(sum, fixed), output);
  }
  const scale = Math.fround(ratio as number);
  return (sum) => limited(roundHalfEven(Math.fround(Math.fround(sum) * scale)), output);
}

/** min(max(rounded + zeroPoint, min), max) */
export function limited(rounded: number, { zeroPoint, min, max }: OutputRange): number {
  return Math.min(Math.max(rounded + zeroPoint, min), max);
}

/**
 * scale_x · scale_w / scale_y: in float32 under the first rule, as XNNPACK computes it; in float64 under the others.
 *
 * @param isProductSingle whether scale_x · scale_w is rounded to float32 first, as TensorFlow Lite does for
 *   convolutions of uint8 and dense layers with one scale (kernel_util.cc, GetQuantizedConvolutionMultipler)
 */
export function ratioOf(rounding: Rounding, x: number, w: number, y: number, isProductSingle: boolean = false): number {
  if (rounding === "float-half-even") return Math.fround(Math.fround(x * w) / y);
  return isProductSingle ? Math.fround(x * w) / y : (x * w) / y;
}

/** multiplier · 2^(shift - 31), the multiplier from 2^30 to 2^31 - 1. */
export interface FixedPoint {
  readonly multiplier: number;
  readonly shift: number;
}

export function fixedPointOf(ratio: Ratio): FixedPoint {
  return typeof ratio === "number" ? fixedPoint(ratio) : ratio;
}

/**
 * The ratio of a mean of P integers: sx / (sy · P), in float32 as XNNPACK computes it; or sx / sy in fixed point, with
 * its multiplier divided by P, towards 0, after a left shift by ⌊log₂ P⌋.
 *
 * Source: tensorflow/lite/kernels/internal/reference/reduce.h, QuantizedMeanOrSum.
 */
export function meanRatio(rounding: Rounding, sx: number, sy: number, P: number): Ratio {
  if (rounding === "float-half-even") return Math.fround(sx / Math.fround(sy * P));
  const { multiplier, shift } = fixedPoint(sx / sy);
  const more = Math.min(Math.floor(Math.log2(P)), 32, 31 + shift);
  return { multiplier: Number((BigInt(multiplier) << BigInt(more)) / BigInt(P)), shift: shift - more };
}

/**
 * A ratio in fixed point. Ratios below 2^-32 become 0.
 *
 * Source: tensorflow/lite/kernels/internal/quantization_util.cc, QuantizeMultiplier.
 */
export function fixedPoint(ratio: number): FixedPoint {
  if (ratio === 0) return { multiplier: 0, shift: 0 };
  let shift = Math.floor(Math.log2(ratio)) + 1;
  while (ratio >= 2 ** shift) shift++; // log2 may be off by one
  while (ratio < 2 ** (shift - 1)) shift--;
  const multiplier = roundHalfAway((ratio / 2 ** shift) * 2 ** 31);
  if (multiplier === 2 ** 31) return fixedWithin(2 ** 30, shift + 1);
  return fixedWithin(multiplier, shift);
}

function fixedWithin(multiplier: number, shift: number): FixedPoint {
  return shift < -31 ? { multiplier: 0, shift: 0 } : { multiplier, shift };
}

/**
 * Rounds twice: the upper half of twice the product, to the nearest; then a division by a power of two, half away from
 * 0. If a ratio of 1 or more shifts a sum out of int32, the sum overflows, as in C.
 *
 * Source: tensorflow/lite/kernels/internal/common.cc, MultiplyByQuantizedMultiplier; gemmlowp's fixedpoint.h.
 */
export function scaledTwice(sum: number, { multiplier, shift }: FixedPoint): number {
  const left = Math.max(shift, 0);
  const high = doublingHighProduct(wrapped(sum * 2 ** left), multiplier);
  return dividedByPower(high, Math.max(-shift, 0));
}

/** (a · b + 2^30) >> 31: half towards +∞. */
function doublingHighProduct(a: number, b: number): number {
  return Number((BigInt(a) * BigInt(b) + (1n << 30n)) >> 31n);
}

/** x / 2^exponent, half away from 0. */
function dividedByPower(x: number, exponent: number): number {
  return roundHalfAway(x / 2 ** exponent);
}

/**
 * Rounds once: (sum · multiplier + 2^(30 - shift)) >> (31 - shift), half towards +∞.
 *
 * Source: the same function, compiled with TFLITE_SINGLE_ROUNDING.
 */
export function scaledOnce(sum: number, { multiplier, shift }: FixedPoint): number {
  const total = BigInt(31 - Math.min(shift, 30));
  return Number((BigInt(sum) * BigInt(multiplier) + (1n << (total - 1n))) >> total);
}

/** Wraps a number to int32, as on overflow. */
function wrapped(x: number): number {
  return Number(BigInt.asIntN(32, BigInt(x)));
}

/** The limits of an output's integers: those of its type, and those of an activation, which are real numbers. */
export function rangeOf(
  [typeMin, typeMax]: readonly [number, number],
  { scale, zeroPoint }: { readonly scale: number; readonly zeroPoint: number },
  limits: { readonly minValue: number; readonly maxValue: number },
): OutputRange {
  const at = (value: number): number => zeroPoint + roundHalfAway(Math.fround(value / scale));
  const min = limits.minValue === Number.NEGATIVE_INFINITY ? typeMin : Math.max(typeMin, at(limits.minValue));
  const max = limits.maxValue === Number.POSITIVE_INFINITY ? typeMax : Math.min(typeMax, at(limits.maxValue));
  return { zeroPoint, min, max };
}
