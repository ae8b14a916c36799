/** @file Naive quantised dense layer: each output is the sum of all inputs by its own weights. */
import type { Requantize } from "../../../geometry/requantization.ts";
import type { IntegerData } from "../../../tensor/quantizedTensor.ts";
import type { Operand } from "./convolution.ts";

/**
 * y[n, o] = requantize_o( b[o] + Σ i (x[n, i] - zx) · (w[i, o] - zw[o]) )
 *
 * @param x input  [N, I]
 * @param w filter [I, O]
 * @param b bias   [O], or null for none
 * @param y output [N, O]; every element is written
 */
export function quantizedDense(
  N: number,
  I: number,
  O: number,
  x: Operand,
  w: Operand,
  b: Int32Array | null,
  requantize: readonly Requantize[],
  y: IntegerData,
): void {
  const zx = x.zeroPoint(0);
  for (let n = 0; n < N; n++) {
    for (let o = 0; o < O; o++) {
      const zw = w.zeroPoint(o);
      let sum = b === null ? 0 : b[o];
      for (let i = 0; i < I; i++) sum += (x.data[n * I + i] - zx) * (w.data[i * O + o] - zw);
      y[n * O + o] = requantize[o](sum);
    }
  }
}
