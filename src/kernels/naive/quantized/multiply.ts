/** @file Naive quantised multiplication of two integers. */
import { type OutputRange, type Requantize, type Rounding, requantizer } from "../../../geometry/requantization.ts";
import type { Levels, OfTwo } from "./add.ts";

/**
 * y = requantize( (a - za) · (b - zb) ), at the ratio sa · sb / sy
 *
 * Both rules compute the ratio in float32. Sources: tensorflow/lite/kernels/mul.cc; google/XNNPACK
 * src/microparams-init.c, xnn_init_qs8_mul_minmax_params.
 */
export function quantizedMultiplication(
  rounding: Rounding,
  a: Levels,
  b: Levels,
  scale: number,
  output: OutputRange,
): OfTwo {
  const ratio = Math.fround(Math.fround(a.scale * b.scale) / scale);
  const requantize: Requantize = requantizer(rounding, ratio, output);
  return (p, q) => requantize((p - a.zeroPoint) * (q - b.zeroPoint));
}
