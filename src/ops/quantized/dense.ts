/** @file The public fully connected layer of quantised tensors. */
import { quantizedTier } from "../../kernels/quantized/alone.ts";
import { knownKeys, ShapeError } from "../../tensor/errors.ts";
import type { QuantizedTensor } from "../../tensor/quantizedTensor.ts";
import { checkRank } from "../../tensor/shape.ts";
import { LAYER_OPTIONS, layerOperands, layerWeights, perOutput, type QuantizedDenseOptions } from "./layer.ts";
import { checkActivations, checkQuantized, emptyOutput } from "./operands.ts";

/**
 * Fully connected layer of integers:
 *
 *   sum = b[o] + Σ i (x[n, i] - zx) · (w[i, o] - zw[o])        y[n, o] = limit( round(sum · sx · sw[o] / sy) + zy )
 *
 * @param input  [n, in], int8 or uint8, one scale
 * @param filter [in, out], int8 or uint8, one scale or one for each output
 * @param options `output`, `bias`, `rounding`, `activation` as for conv2d
 * @returns [n, out], fresh
 * @throws ShapeError naming the operand, the value found and the value needed
 *
 * @example
 * const input = quantizedTensor(Int8Array.of(1, 2), [1, 2], { scale: 1 });
 * const filter = quantizedTensor(Int8Array.of(1, 10, 2, 20), [2, 2], { scale: 1 });
 * [...dense(input, filter, { bias: Int32Array.of(0, 7), output: { type: "int8", scale: 1 } }).data]; // [5, 57]
 */
export function dense(
  input: QuantizedTensor,
  filter: QuantizedTensor,
  options: QuantizedDenseOptions,
): QuantizedTensor {
  const op = "dense";
  knownKeys(op, options, LAYER_OPTIONS);
  const x = checkActivations(op, "input", input);
  const w = checkQuantized(op, "filter", filter);
  checkRank(op, "input", x.shape, [2]);
  checkRank(op, "filter", w.shape, [2]);
  const [N, I] = x.shape;
  const [rows, O] = w.shape;
  if (rows !== I) throw new ShapeError(`${op}: filter takes ${rows} inputs, the input has ${I}`);
  const levels = perOutput(op, w, "io", O);
  const { layer, bias, output } = layerOperands(op, op, x, { data: w.data, ...levels }, w.axis === null, options);
  const y = emptyOutput([N, O], output);
  quantizedTier(op, options.backend).dense({ N, I, O }, layer)(layerWeights(w.data, bias))([x.data], y.data);
  return y;
}
