/**
 * @file An integer convolution as one formula, for explanations. Zero points are subtracted from the operands, so that
 * padding is 0:
 *
 *   sum[n, oh, ow, o] = b[o] + Σ kh,kw,ic  x[n, ih, iw, c0 + ic] · w[kh, kw, ic, o]
 *   y[n, oh, ow, o]   = min( max( round( sum · sx · sw[o] / sy ) + zy, min ), max )
 */
import type { QuantizedActivation } from "../../geometry/quantizedActivation.ts";
import { type PerOutput, quantizedLayer } from "../../geometry/quantizedLayer.ts";
import type { OutputRange, Requantization, Rounding } from "../../geometry/requantization.ts";
import type { QuantizedLevels, QuantizedType } from "../../tensor/quantizedTensor.ts";
import type { Convolution } from "../problem.ts";

/** An integer convolution. */
export interface QuantizedProblem extends Convolution {
  readonly bias: Int32Array | null;
  readonly activation: QuantizedActivation;
  readonly input: QuantizedLevels;
  /** Scale and zero point for each output channel. */
  readonly filter: PerOutput & { readonly type: QuantizedType; readonly hasOneScale: boolean };
  /** Its levels, and the limits set by the type and the activation. */
  readonly output: QuantizedLevels & { readonly range: OutputRange };
  readonly rounding: Rounding;
}

/** How its sums become integers, by the given rule. */
export function requantizationOf(
  { input, filter, output }: QuantizedProblem,
  rounding: Rounding,
  range: OutputRange = output.range,
): Requantization {
  return quantizedLayer("convolution", rounding, input, filter, filter.hasOneScale, { ...output, range })
    .requantization;
}
