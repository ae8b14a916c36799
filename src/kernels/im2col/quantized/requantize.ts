/**
 * @file Converts sums to integers of the output, by each rule; without BigInt, so that it costs little compared with
 * the sums. The formulas are those of geometry/requantization.ts.
 */
import { fixedPointOf, limited, type Requantization } from "../../../geometry/requantization.ts";

/** The integer of a sum of output channel o. */
export type RequantizeChannel = (sum: number, o: number) => number;

export function channelRequantizer({ rounding, ratios, output }: Requantization): RequantizeChannel {
  if (rounding === "float-half-even") {
    const scales = Float32Array.from(ratios as readonly number[]);
    const { zeroPoint } = output;
    const [low, high] = [output.min - zeroPoint, output.max - zeroPoint];
    return (sum, o) => {
      const scaled = Math.fround(Math.fround(sum) * scales[o]);
      const within = Math.min(Math.max(scaled, low), high); // both whole, so that rounding stays between them
      return Math.fround(within + ROUNDS) - ROUNDS + zeroPoint;
    };
  }
  const fixed = ratios.map(fixedPointOf);
  const multipliers = Float64Array.from(fixed, ({ multiplier }) => multiplier);
  const shifts = Int32Array.from(fixed, ({ shift }) => shift);
  return rounding === "tflite-double"
    ? (sum, o) => limited(scaledTwice(sum, multipliers[o], shifts[o]), output)
    : (sum, o) => limited(scaledOnce(sum, multipliers[o], shifts[o]), output);
}

/** 1.5 · 2^23: added to a number below 2^22, it leaves no bits for a fraction, so float32 rounds it, half to even. */
const ROUNDS = 12582912;

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
 * ⌊(a · b + 2^(bits - 1)) / 2^bits⌋ for an int32 a and a 31-bit b, exactly: the product is high · 2^16 + low, and bits
 * below 2^16 cannot change the quotient.
 */
function roundedShift(a: number, b: number, bits: number): number {
  if (bits < 17) return Math.floor((a * b) / 2 ** bits + 0.5); // ratios from 2^14 on: every sum but 0 is limited
  const upper = Math.floor(b / 2 ** 16);
  const high = a * upper + Math.floor((a * (b - upper * 2 ** 16)) / 2 ** 16);
  return Math.floor((high + 2 ** (bits - 17)) / 2 ** (bits - 16));
}
