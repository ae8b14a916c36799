/**
 * @file Naive quantised addition and subtraction: (a - za) · sa ± (b - zb) · sb as an integer of the output, computed
 * with integers alone. Two rules, one for each library; they differ in one value of some 200,000.
 */
import {
  fixedPoint,
  limited,
  type OutputRange,
  type Rounding,
  scaledOnce,
  scaledTwice,
} from "../../../geometry/requantization.ts";
import { roundHalfEven } from "../../../geometry/rounding.ts";

/** Scale and zero point of an operand. */
export interface Levels {
  readonly scale: number;
  readonly zeroPoint: number;
}

/** A function of two integers. */
export type OfTwo = (a: number, b: number) => number;

/** @param sign -1 subtracts */
export function quantizedAddition(
  rounding: Rounding,
  sign: 1 | -1,
  a: Levels,
  b: Levels,
  scale: number,
  output: OutputRange,
): OfTwo {
  const sum =
    rounding === "float-half-even" ? byOneShift(sign, a, b, scale) : byThreeRoundings(rounding, sign, a, b, scale);
  return (p, q) => limited(sum(p, q), output);
}

/**
 * (bias + a · ma + b · mb) >> shift, the larger multiplier of 21 bits and the bias with half a step:
 *
 *   ma = round(2^shift · sa / s)        mb = ± round(2^shift · sb / s)        bias = 2^(shift - 1) - ma · za - mb · zb
 *
 * Source: google/XNNPACK src/microparams-init.c, xnn_init_qs8_add_minmax_scalar_params.
 */
function byOneShift(sign: 1 | -1, a: Levels, b: Levels, scale: number): OfTwo {
  const [ra, rb] = [Math.fround(a.scale / scale), Math.fround(b.scale / scale)];
  const shift = 20 - Math.floor(Math.log2(Math.max(ra, rb)));
  const ma = roundHalfEven(ra * 2 ** shift);
  const mb = sign * roundHalfEven(rb * 2 ** shift);
  const bias = 2 ** (shift - 1) - ma * a.zeroPoint - mb * b.zeroPoint;
  return (p, q) => Math.floor((bias + p * ma + q * mb) / 2 ** shift);
}

/**
 * Both operands at twice the larger scale, 20 bits to the left, then their sum at the output's:
 *
 *   round( ( round((a - za) · 2^20 · sa/(2s)) ± round((b - zb) · 2^20 · sb/(2s)) ) · 2s/(2^20 · sy) ), s = max(sa, sb)
 *
 * Source: tensorflow/lite/kernels/internal/reference/integer_ops/add.h and add.cc.
 */
function byThreeRoundings(rounding: Rounding, sign: 1 | -1, a: Levels, b: Levels, scale: number): OfTwo {
  const twice = 2 * Math.max(a.scale, b.scale);
  const scaled = rounding === "tflite-single" ? scaledOnce : scaledTwice;
  const [ofA, ofB, ofSum] = [a.scale / twice, b.scale / twice, twice / (2 ** 20 * scale)].map(fixedPoint);
  return (p, q) => {
    const left = scaled((p - a.zeroPoint) * 2 ** 20, ofA);
    const right = scaled((q - b.zeroPoint) * 2 ** 20, ofB);
    return scaled(left + sign * right, ofSum);
  };
}
