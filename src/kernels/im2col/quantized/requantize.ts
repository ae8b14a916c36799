/**
 * @file Rows of sums to integers of the output, by each rule; without BigInt, so that it costs little beside the sums.
 * The formulas are those of geometry/requantization.ts.
 */
import { fixedPoint, type OutputRange, type Requantization } from "../../../geometry/requantization.ts";
import type { IntegerData } from "../../../tensor/quantizedTensor.ts";

/** y[at + i] = requantize_(o + i)( sums[from + i] ), for `count` output channels from o on. */
export type RequantizeRow = (
  sums: Int32Array,
  from: number,
  o: number,
  count: number,
  y: IntegerData,
  at: number,
) => void;

export function rowRequantizer({ rounding, ratios, output }: Requantization): RequantizeRow {
  if (rounding === "float-half-even") return byFloat32(Float32Array.from(ratios), output);
  const fixed = ratios.map(fixedPoint);
  const multipliers = Float64Array.from(fixed, ({ multiplier }) => multiplier);
  const shifts = Int32Array.from(fixed, ({ shift }) => shift);
  return byIntegers(rounding === "tflite-double" ? scaledTwice : scaledOnce, multipliers, shifts, output);
}

/** 1.5 · 2^23: added to a number below 2^22, it leaves no bits for a fraction, so float32 rounds it, half to even. */
const ROUNDS = 12582912;

function byFloat32(scales: Float32Array, { zeroPoint, min, max }: OutputRange): RequantizeRow {
  const [low, high] = [min - zeroPoint, max - zeroPoint];
  return (sums, from, o, count, y, at) => {
    for (let i = 0; i < count; i++) {
      const scaled = Math.fround(Math.fround(sums[from + i]) * scales[o + i]);
      const limited = Math.min(Math.max(scaled, low), high); // both whole, so that rounding stays between them
      y[at + i] = Math.fround(limited + ROUNDS) - ROUNDS + zeroPoint;
    }
  };
}

function byIntegers(
  scaled: (sum: number, multiplier: number, shift: number) => number,
  multipliers: Float64Array,
  shifts: Int32Array,
  { zeroPoint, min, max }: OutputRange,
): RequantizeRow {
  return (sums, from, o, count, y, at) => {
    for (let i = 0; i < count; i++) {
      const rounded = scaled(sums[from + i], multipliers[o + i], shifts[o + i]);
      y[at + i] = Math.min(Math.max(rounded + zeroPoint, min), max);
    }
  };
}

function scaledTwice(sum: number, multiplier: number, shift: number): number {
  const high = roundedShift(shift > 0 ? sum << shift : sum, multiplier, 31);
  if (shift >= 0) return high;
  const divided = Math.floor(Math.abs(high) * 2 ** shift + 0.5); // half away from 0
  return high < 0 ? -divided : divided;
}

function scaledOnce(sum: number, multiplier: number, shift: number): number {
  return roundedShift(sum, multiplier, 31 - Math.min(shift, 30));
}

/**
 * ⌊(a · b + 2^(bits - 1)) / 2^bits⌋ of an int32 and 31 bits, exactly: the product is high · 2^16 + low, and what is
 * below 2^16 cannot change the quotient.
 */
function roundedShift(a: number, b: number, bits: number): number {
  if (bits < 17) return Math.floor((a * b) / 2 ** bits + 0.5); // ratios from 2^14 on: every sum but 0 is limited
  const upper = Math.floor(b / 2 ** 16);
  const high = a * upper + Math.floor((a * (b - upper * 2 ** 16)) / 2 ** 16);
  return Math.floor((high + 2 ** (bits - 17)) / 2 ** (bits - 16));
}
