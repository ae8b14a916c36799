/**
 * @file Naive quantised softmax along the last axis: computed in real numbers, then rounded to the output's integers.
 */
import { roundHalfAway } from "../../../geometry/rounding.ts";
import { INTEGER_RANGES, type IntegerData, type QuantizedLevels } from "../../../tensor/quantizedTensor.ts";

/**
 * y[n, c] = limit( round(p / s) + z ), p = e^(sx · (x[n, c] - max)) / Σ c e^(sx · (x[n, c] - max))
 *
 * @param x     input  [N, C]
 * @param scale sx, of the input; its zero point cancels
 * @param y     output [N, C], usually with a scale of 1/256; every element is written
 */
export function quantizedSoftmax(
  C: number,
  scale: number,
  output: QuantizedLevels,
  x: IntegerData,
  y: IntegerData,
): void {
  const [min, max] = INTEGER_RANGES[output.type];
  for (let n = 0; n < x.length / C; n++) {
    const row = Array.from(x.subarray(n * C, (n + 1) * C));
    const largest = Math.max(...row);
    const powers = row.map((q) => Math.exp(scale * (q - largest)));
    const sum = powers.reduce((total, power) => total + power, 0);
    powers.forEach((power, c) => {
      const q = roundHalfAway(power / sum / output.scale) + output.zeroPoint;
      y[n * C + c] = Math.min(Math.max(q, min), max);
    });
  }
}
