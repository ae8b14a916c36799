/** @file Naive quantised mean over rows and columns. */
import {
  type FixedPoint,
  fixedPoint,
  type OutputRange,
  type Requantize,
  type Rounding,
  requantizer,
  requantizerBy,
} from "../../../geometry/requantization.ts";
import type { IntegerData } from "../../../tensor/quantizedTensor.ts";
import type { Levels } from "./add.ts";

/**
 * For every image n and channel c, over P pixels:
 *
 *   y[n, c] = requantize( Σ p (x[n, p, c] - zx) ), at the ratio sx / (sy · P)
 *
 * @param x input  [N, P, C]
 * @param y output [N, C]; every element is written
 */
export function quantizedMean(
  rounding: Rounding,
  [N, P, C]: readonly [number, number, number],
  x: IntegerData,
  { scale: sx, zeroPoint }: Levels,
  sy: number,
  output: OutputRange,
  y: IntegerData,
): void {
  const requantize = meanRequantizer(rounding, sx, sy, P, output);
  for (let n = 0; n < N; n++) {
    for (let c = 0; c < C; c++) {
      let sum = 0;
      for (let p = 0; p < P; p++) sum += x[(n * P + p) * C + c] - zeroPoint;
      y[n * C + c] = requantize(sum);
    }
  }
}

/** The ratio in float32, as XNNPACK computes it; or sx / sy as integers, whose multiplier is divided by P. */
function meanRequantizer(rounding: Rounding, sx: number, sy: number, P: number, output: OutputRange): Requantize {
  if (rounding === "float-half-even") return requantizer(rounding, Math.fround(sx / Math.fround(sy * P)), output);
  return requantizerBy(rounding, dividedBy(fixedPoint(sx / sy), P), output);
}

/**
 * multiplier · 2^more / P, towards 0, with as many more bits as P has after its first.
 *
 * Source: tensorflow/lite/kernels/internal/reference/reduce.h, QuantizedMeanOrSum.
 */
function dividedBy({ multiplier, shift }: FixedPoint, P: number): FixedPoint {
  const more = Math.min(Math.floor(Math.log2(P)), 32, 31 + shift);
  return { multiplier: Number((BigInt(multiplier) << BigInt(more)) / BigInt(P)), shift: shift - more };
}
