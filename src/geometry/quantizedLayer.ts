/** @file Quantised convolutions and dense layers as data: everything except geometry and integers. */
import { ShapeError, show } from "../tensor/errors.ts";
import { INTEGER_RANGES, type IntegerData, type QuantizedLevels } from "../tensor/quantizedTensor.ts";
import { fixedPointOf, type OutputRange, type Requantization, type Rounding, ratioOf } from "./requantization.ts";

export interface QuantizedLayer {
  /** The type of its integers, and the integer that represents 0. */
  readonly input: Pick<QuantizedLevels, "type" | "zeroPoint">;
  /** The integers of the filter that represent 0, one for each output channel. */
  readonly filterZeroPoints: readonly number[];
  readonly requantization: Requantization;
}

/** Scale and zero point of each output channel. */
export interface PerOutput {
  readonly scales: readonly number[];
  readonly zeroPoints: readonly number[];
}

/**
 * A quantised convolution or dense layer as data.
 *
 * For uint8 convolutions, and for dense layers with one scale, the product of scales is first rounded to float32
 * ({@link ratioOf}).
 *
 * @param hasOneScale whether the filter has one scale for all outputs
 */
export function quantizedLayer(
  kind: "convolution" | "dense",
  rounding: Rounding,
  x: QuantizedLevels,
  filter: PerOutput,
  hasOneScale: boolean,
  y: { readonly scale: number; readonly range: OutputRange },
): QuantizedLayer {
  const isProductSingle = kind === "dense" ? hasOneScale : x.type === "uint8";
  return {
    input: { type: x.type, zeroPoint: x.zeroPoint },
    filterZeroPoints: filter.zeroPoints,
    requantization: {
      rounding,
      ratios: filter.scales.map((w) => ratioOf(rounding, x.scale, w, y.scale, isProductSingle)),
      output: y.range,
    },
  };
}

const [, MAX_SUM] = INTEGER_RANGES.int32;

/**
 * Rejects a layer whose sums can exceed int32: machines would let them overflow, so no integer would be right.
 *
 * @param filter […, O]
 * @param bias   [O], or null for none
 */
export function checkSums(
  op: string,
  { input: { type, zeroPoint }, filterZeroPoints, requantization }: QuantizedLayer,
  filter: IntegerData,
  bias: Int32Array | null,
): void {
  const { ratios, rounding } = requantization;
  const [min, max] = INTEGER_RANGES[type];
  const bounds = sumBounds(filter, filterZeroPoints, bias, Math.max(zeroPoint - min, max - zeroPoint));
  bounds.forEach((bound, o) => {
    if (bound > MAX_SUM) {
      throw new ShapeError(`${op}: sums of output channel ${o} reach ${bound}, int32 ends at ${MAX_SUM}`);
    }
    if (rounding === "float-half-even") return;
    const { shift } = fixedPointOf(ratios[o]);
    if (shift > 0 && bound * 2 ** shift > MAX_SUM) {
      throw new ShapeError(
        `${op}: the ratio of scales of output channel ${o} is ${show(ratios[o])}, by which "${rounding}" shifts sums of ` +
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
