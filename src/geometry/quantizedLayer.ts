/** @file Convolutions and dense layers of integers as data: all but their geometry and their integers. */
import { ShapeError } from "../tensor/errors.ts";
import { INTEGER_RANGES, type IntegerData } from "../tensor/quantizedTensor.ts";
import { fixedPoint, type Requantization } from "./requantization.ts";

export interface QuantizedLayer {
  /** The integer of the input that stands for 0. */
  readonly zeroPoint: number;
  /** Those of the filter, one for each output channel. */
  readonly filterZeroPoints: readonly number[];
  readonly requantization: Requantization;
}

const [, MAX_SUM] = INTEGER_RANGES.int32;

/**
 * Refuses a layer whose sums can leave int32: machines would let them overflow, so no integer is right.
 *
 * @param filter […, O]
 * @param bias   [O], or null for none
 * @param range  of the input's type
 */
export function checkSums(
  op: string,
  { zeroPoint, filterZeroPoints, requantization }: QuantizedLayer,
  filter: IntegerData,
  bias: Int32Array | null,
  range: readonly [min: number, max: number],
): void {
  const { ratios, rounding } = requantization;
  const bounds = sumBounds(filter, filterZeroPoints, bias, Math.max(zeroPoint - range[0], range[1] - zeroPoint));
  bounds.forEach((bound, o) => {
    if (bound > MAX_SUM) {
      throw new ShapeError(`${op}: sums of output channel ${o} reach ${bound}, int32 ends at ${MAX_SUM}`);
    }
    if (rounding === "float-half-even") return;
    const { shift } = fixedPoint(ratios[o]);
    if (shift > 0 && bound * 2 ** shift > MAX_SUM) {
      throw new ShapeError(
        `${op}: the ratio of scales of output channel ${o} is ${ratios[o]}, by which "${rounding}" shifts sums of ` +
          `up to ${bound} left by ${shift} bits, beyond int32`,
      );
    }
  });
}

/** max |sum| of each output channel over all inputs: max |x - zx| · Σ |w - zw| + |b| */
function sumBounds(
  filter: IntegerData,
  zeroPoints: readonly number[],
  bias: Int32Array | null,
  maxInput: number,
): readonly number[] {
  const O = zeroPoints.length;
  const bounds = Array.from({ length: O }, () => 0);
  filter.forEach((q, i) => {
    bounds[i % O] += Math.abs(q - zeroPoints[i % O]) * maxInput;
  });
  return bounds.map((bound, o) => bound + Math.abs(bias?.[o] ?? 0));
}
