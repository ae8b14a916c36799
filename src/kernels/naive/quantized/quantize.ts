/** @file Converts real numbers to the integers that represent them, and back. */
import { limited, type OutputRange, type QuantizeRule } from "../../../geometry/requantization.ts";
import { roundHalfAway, roundHalfEven } from "../../../geometry/rounding.ts";

/**
 * limit( round(x · (1/s)) + z ) or limit( round(x / s) + z ), all of it in float32.
 *
 * If an offset is given, that part of z is added before rounding: limit( round(x / s + offset) + z - offset ).
 *
 * Sources: google/XNNPACK src/microparams-init.c, xnn_init_f32_qs8_cvt_scalar_params; tensorflow/lite/kernels/internal/
 * reference/quantize.h, AffineQuantize; onnx, QuantizeLinear. For the offset: microsoft/onnxruntime, qladd.cpp in
 * core/mlas/lib, the scalar kernel.
 */
export function quantizer(
  rule: QuantizeRule,
  scale: number,
  given: OutputRange,
  offset: number = 0,
): (x: number) => number {
  const output = { ...given, zeroPoint: given.zeroPoint - offset };
  const inverse = Math.fround(1 / scale);
  const round = rule === "division-half-away" ? roundHalfAway : roundHalfEven;
  return rule === "reciprocal-half-even"
    ? (x) => limited(round(Math.fround(Math.fround(x * inverse) + offset)), output)
    : (x) => limited(round(Math.fround(Math.fround(x / scale) + offset)), output);
}

/** (q - z) · s, rounded once to float32 */
export function dequantized(q: number, scale: number, zeroPoint: number): number {
  return Math.fround((q - zeroPoint) * scale);
}
