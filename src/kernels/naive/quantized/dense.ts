/** @file Naive quantised dense layer: each output is the sum of all inputs times its weights. */
import type { QuantizedLayer } from "../../../geometry/quantizedLayer.ts";
import { requantizers } from "../../../geometry/requantization.ts";
import type { IntegerData } from "../../../tensor/quantizedTensor.ts";
import type { DenseSize } from "../../contract/kernels.ts";

/**
 * y[n, o] = requantize_o( b[o] + Σ i (x[n, i] - zx) · (w[i, o] - zw[o]) )
 *
 * @param x input  [N, I]
 * @param w filter [I, O]
 * @param b bias   [O], or null for none
 * @param y output [N, O]; every element is written
 */
export function quantizedDense(
  { N, I, O }: DenseSize,
  layer: QuantizedLayer,
  x: IntegerData,
  w: IntegerData,
  b: Int32Array | null,
  y: IntegerData,
): void {
  const { filterZeroPoints } = layer;
  const { zeroPoint: zx } = layer.input;
  const requantize = requantizers(layer.requantization);
  for (let n = 0; n < N; n++) {
    for (let o = 0; o < O; o++) {
      const zw = filterZeroPoints[o];
      let sum = b === null ? 0 : b[o];
      for (let i = 0; i < I; i++) sum += (x[n * I + i] - zx) * (w[i * O + o] - zw);
      y[n * O + o] = requantize[o](sum);
    }
  }
}
