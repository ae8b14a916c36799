/** @file Real numbers to the integers that stand for them, and back. */
import { limited, type OutputRange, type Rounding } from "../../../geometry/requantization.ts";
import { roundHalfAway, roundHalfEven } from "../../../geometry/rounding.ts";

/**
 * limit( round(x · (1/s)) + z ), half to even, by the first rule; limit( round(x / s) + z ), half away from 0, by the
 * others. All of it in float32.
 *
 * Sources: google/XNNPACK src/microparams-init.c, xnn_init_f32_qs8_cvt_scalar_params; tensorflow/lite/kernels/internal/
 * reference/quantize.h, AffineQuantize.
 */
export function quantizer(rounding: Rounding, scale: number, output: OutputRange): (x: number) => number {
  const inverse = Math.fround(1 / scale);
  return rounding === "float-half-even"
    ? (x) => limited(roundHalfEven(Math.fround(x * inverse)), output)
    : (x) => limited(roundHalfAway(Math.fround(x / scale)), output);
}

/** (q - z) · s, rounded once to float32 */
export function dequantized(q: number, scale: number, zeroPoint: number): number {
  return Math.fround((q - zeroPoint) * scale);
}
