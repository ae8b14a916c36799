/**
 * @file Naive quantised addition and subtraction: (a - za) · sa ± (b - zb) · sb as an integer of the output, computed
 * with integers only.
 */
import type {
  AdditionByOneShift,
  AdditionByThreeRoundings,
  QuantizedAddition,
} from "../../../geometry/quantizedArithmetic.ts";
import { limited, scaledOnce, scaledTwice } from "../../../geometry/requantization.ts";

/** A function of two integers. */
export type OfTwo = (a: number, b: number) => number;

export function addition({ zeroPoints, rule, output }: QuantizedAddition): OfTwo {
  const sum = rule.kind === "one-shift" ? byOneShift(rule) : byThreeRoundings(rule, zeroPoints);
  return (p, q) => limited(sum(p, q), output);
}

/** (bias + a · ma + b · mb) >> shift */
function byOneShift({ multipliers: [ma, mb], bias, shift }: AdditionByOneShift): OfTwo {
  return (p, q) => Math.floor((bias + p * ma + q * mb) / 2 ** shift);
}

/** round( ( round((a - za) · 2^20 · ra) ± round((b - zb) · 2^20 · rb) ) · r ) */
function byThreeRoundings(
  { rounding, sign, ratios: [ra, rb, r] }: AdditionByThreeRoundings,
  [za, zb]: QuantizedAddition["zeroPoints"],
): OfTwo {
  const scaled = rounding === "tflite-single" ? scaledOnce : scaledTwice;
  return (p, q) => scaled(scaled((p - za) * 2 ** 20, ra) + sign * scaled((q - zb) * 2 ** 20, rb), r);
}
