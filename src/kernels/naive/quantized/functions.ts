/**
 * @file Functions of one integer as formulas: f of the real number that it represents, as an integer of the output.
 *
 * Rectifiers are linear between their limits, so they are requantised. Hard swish has an integer rule. The others are
 * computed in real numbers and rounded, as both runtimes do for their tables.
 */
import {
  limited,
  type OutputRange,
  type Requantize,
  type Rounding,
  rangeOf,
  ratioOf,
  requantizer,
} from "../../../geometry/requantization.ts";
import { roundHalfAway, roundHalfEven } from "../../../geometry/rounding.ts";
import { INTEGER_RANGES, type QuantizedLevels } from "../../../tensor/quantizedTensor.ts";
import type { QuantizedFunction } from "../../contract/quantized.ts";
import { functionOf } from "../functions.ts";
import { quantizedHardSwish } from "./hardSwish.ts";

export function quantizedFunction({ rounding, f, x, y }: QuantizedFunction): (q: number) => number {
  const range = INTEGER_RANGES[y.type];
  const output: OutputRange = { zeroPoint: y.zeroPoint, min: range[0], max: range[1] };
  if (f === null) return requantized(x, y.scale, output);
  if (f.op === "leakyRelu") return leakyRelu(rounding, f.alpha, x, y.scale, output);
  if (f.op === "activation") {
    if (f.activation === "hardSwish") return quantizedHardSwish(x, y.scale, output);
    if (f.activation === "relu") return rectifier(x, y, range, Number.POSITIVE_INFINITY);
    if (f.activation === "relu6") return rectifier(x, y, range, 6);
  }
  const real = functionOf(f);
  return (q) => limited(roundHalfAway(real((q - x.zeroPoint) * x.scale) / y.scale), output);
}

/**
 * limit( (q - zx) · sx / sy ), from 0 to maxValue in the output's integers
 *
 * Source: tensorflow/lite/kernels/activations.cc, ReluXQuantized. XNNPACK leaves it to TensorFlow Lite.
 */
function rectifier(
  x: QuantizedLevels,
  y: QuantizedLevels,
  range: readonly [number, number],
  maxValue: number,
): (q: number) => number {
  return requantized(x, y.scale, rangeOf(range, y, { minValue: 0, maxValue }));
}

/** limit( (q - zx) · sx / sy ): conversion to other levels. Both runtimes have the same kernel. */
function requantized(x: QuantizedLevels, scale: number, output: OutputRange): Requantize {
  const requantize = requantizer("tflite-double", ratioOf("tflite-double", x.scale, 1, scale), output);
  return (q) => requantize(q - x.zeroPoint);
}

/**
 * Two lines of slopes sx / sy and alpha · sx / sy. In XNNPACK the slopes have eight fractional bits:
 *
 *   y = (slope · (q - zx) + 128) >> 8, slope = round(2^8 · sx / sy)
 *
 * Sources: tensorflow/lite/kernels/internal/reference/leaky_relu.h; google/XNNPACK src/microparams-init.c,
 * xnn_init_qs8_lrelu_scalar_params.
 */
function leakyRelu(
  rounding: Rounding,
  alpha: number,
  x: QuantizedLevels,
  scale: number,
  output: OutputRange,
): Requantize {
  const ratio = Math.fround(x.scale / scale);
  const ratios = [Math.fround(Math.fround(alpha) * ratio), ratio] as const;
  const [below, above] =
    rounding === "float-half-even"
      ? ratios.map((one): Requantize => {
          const slope = roundHalfEven(2 ** 8 * one);
          return (value) => limited(Math.floor((slope * value + 2 ** 7) / 2 ** 8), output);
        })
      : ratios.map((one) => requantizer(rounding, one, output));
  return (q) => (q >= x.zeroPoint ? above : below)(q - x.zeroPoint);
}
