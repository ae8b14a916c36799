/** @file Real numbers to the integers that stand for them, and back. */
import { limited, type OutputRange, type QuantizeRule } from "../../../geometry/requantization.ts";
import { roundHalfAway, roundHalfEven } from "../../../geometry/rounding.ts";

/**
 * limit( round(x · (1/s)) + z ), limit( round(x / s) + z ) or limit( round(x / s + z) ), all of it in float32.
 *
 * Sources: google/XNNPACK src/microparams-init.c, xnn_init_f32_qs8_cvt_scalar_params; tensorflow/lite/kernels/internal/
 * reference/quantize.h, AffineQuantize; onnx, QuantizeLinear; microsoft/onnxruntime core/mlas/lib/qladd.cpp, the kernel without vectors.
 */
export function quantizer(rule: QuantizeRule, scale: number, output: OutputRange): (x: number) => number {
  const inverse = Math.fround(1 / scale);
  if (rule === "division-offset-half-even") {
    const { zeroPoint, min, max } = output;
    return (x) => Math.min(max, Math.max(min, roundHalfEven(Math.fround(Math.fround(x / scale) + zeroPoint))));
  }
  const round = rule === "division-half-away" ? roundHalfAway : roundHalfEven;
  return rule === "reciprocal-half-even"
    ? (x) => limited(round(Math.fround(x * inverse)), output)
    : (x) => limited(round(Math.fround(x / scale)), output);
}

/** (q - z) · s, rounded once to float32 */
export function dequantized(q: number, scale: number, zeroPoint: number): number {
  return Math.fround((q - zeroPoint) * scale);
}
