/** @file The public convolutions of integers: check operands, resolve layouts, allocate, call a kernel. */
import { type Conv2dGeometryOptions, type ConvKind, conv2dGeometry, convLayouts } from "../../geometry/conv2d.ts";
import { outputShape } from "../../geometry/window.ts";
import { quantizedTier } from "../../kernels/quantized/alone.ts";
import { knownKeys } from "../../tensor/errors.ts";
import { layoutPermutation } from "../../tensor/layout.ts";
import { permuted, type QuantizedTensor } from "../../tensor/quantizedTensor.ts";
import { LAYER_OPTIONS, layerOperands, layerWeights, perOutput, type QuantizedDenseOptions } from "./layer.ts";
import { checkActivations, checkQuantized, emptyOutput } from "./operands.ts";

/** Options of `conv2d`, for integers. */
export interface QuantizedConv2dOptions extends Conv2dGeometryOptions, QuantizedDenseOptions {}

const OPTIONS = [...LAYER_OPTIONS, "strides", "padding", "dilations", "layout", "filterLayout"];

/**
 * Standard or grouped convolution of integers:
 *
 *   sum = b[o] + Σ kh,kw,ic  (x[n, oh·s + kh·d - top, ow·s + kw·d - left, c0 + ic] - zx) · (w[kh, kw, ic, o] - zw[o])
 *   y[n, oh, ow, o] = limit( round(sum · sx · sw[o] / sy) + zy )
 *
 * @param input   [n, h, w, c] (nhwc) or [n, c, h, w] (nchw), int8 or uint8, one scale
 * @param filter  [kh, kw, c / groups, o] (hwio, the default for nhwc), [o, c / groups, kh, kw] (oihw, for nchw), …;
 *   int8 or uint8, one scale or one for each output channel
 * @param options `output`: type, scale and zero point of the result. `bias`: an Int32Array at the scale sx · sw[o].
 *   `rounding`: "float-half-even" (default), "tflite-double" or "tflite-single". `activation`: "none" (default), "relu"
 *   or "relu6". `strides`, `padding`, `dilations`, `groups`, `layout`, `filterLayout` as for floats. `backend`.
 * @returns a fresh tensor in the layout of the input
 * @throws ShapeError naming the operand, the value found and the value needed; for sums that can leave int32
 *
 * @example
 * const input = quantizedTensor(Int8Array.of(2, 4, 6, 8), [1, 2, 2, 1], { scale: 0.5 }); // 1, 2, 3, 4
 * const filter = quantizedTensor(Int8Array.of(1, 1, 1, 1), [2, 2, 1, 1], { scale: 1 });
 * [...conv2d(input, filter, { output: { type: "int8", scale: 0.25 } }).data]; // [40]
 */
export function conv2d(
  input: QuantizedTensor,
  filter: QuantizedTensor,
  options: QuantizedConv2dOptions,
): QuantizedTensor {
  knownKeys("conv2d", options, [...OPTIONS, "groups"]);
  return convolve("conv2d", input, filter, options);
}

/**
 * Depthwise convolution of integers: every input channel separately, with `multiplier` kernels each.
 *
 * @param input  [n, h, w, c] (nhwc) or [n, c, h, w] (nchw), int8 or uint8, one scale
 * @param filter [kh, kw, c, multiplier] (hwim, the default for nhwc) or [c · multiplier, 1, kh, kw] (oihw, for nchw);
 *   one scale, or one for each index of a channel axis
 * @param options as for {@link conv2d}, without `groups`
 * @returns [n, oh, ow, c · multiplier], fresh, in the layout of the input
 * @throws ShapeError as {@link conv2d}
 *
 * @example
 * const input = quantizedTensor(Int8Array.of(1, 2, 3, 4), [1, 1, 2, 2], { scale: 1 }); // two pixels with two channels
 * const filter = quantizedTensor(Int8Array.of(1, 10, 2, 20), [1, 2, 2, 1], { scale: 0.5 });
 * [...depthwiseConv2d(input, filter, { output: { type: "int8", scale: 1 } }).data]; // [4, 50]
 */
export function depthwiseConv2d(
  input: QuantizedTensor,
  filter: QuantizedTensor,
  options: Omit<QuantizedConv2dOptions, "groups">,
): QuantizedTensor {
  knownKeys("depthwiseConv2d", options, OPTIONS);
  return convolve("depthwiseConv2d", input, filter, options);
}

/**
 * Pointwise convolution of integers: a 1×1 kernel.
 *
 * @param input  [n, h, w, c] (nhwc) or [n, c, h, w] (nchw), int8 or uint8, one scale
 * @param filter [c, o] or [1, 1, c, o] (nhwc), [o, c] or [o, c, 1, 1] (nchw)
 * @param options as for {@link conv2d}, without `groups`
 * @returns [n, h, w, o], fresh, in the layout of the input
 * @throws ShapeError as {@link conv2d}
 *
 * @example
 * const input = quantizedTensor(Int8Array.of(1, 2, 3, 4), [1, 1, 2, 2], { scale: 1 });
 * const filter = quantizedTensor(Int8Array.of(1, 10), [2, 1], { scale: 1 }); // two channels to one
 * [...pointwiseConv2d(input, filter, { output: { type: "int8", scale: 1 } }).data]; // [21, 43]
 */
export function pointwiseConv2d(
  input: QuantizedTensor,
  filter: QuantizedTensor,
  options: Omit<QuantizedConv2dOptions, "groups">,
): QuantizedTensor {
  knownKeys("pointwiseConv2d", options, OPTIONS);
  return convolve("pointwiseConv2d", input, filter, options);
}

function convolve(
  op: ConvKind,
  input: QuantizedTensor,
  filter: QuantizedTensor,
  options: QuantizedConv2dOptions,
): QuantizedTensor {
  const given = checkActivations(op, "input", input);
  const w = checkQuantized(op, "filter", filter);
  const g = conv2dGeometry(given.shape, w.shape, options, op);
  const [layout, letters] = convLayouts(op, w.shape, options);
  const x = permuted(given, layoutPermutation(layout, "nhwc"));
  const { data } = permuted(w, layoutPermutation(letters, outputsLast(letters)));
  const levels = perOutput(op, w, letters, g.O);
  const own = { data, ...levels };
  const { layer, bias, output } = layerOperands(op, "convolution", given, own, w.axis === null, options);
  const y = emptyOutput(outputShape(g, "nhwc"), output);
  quantizedTier(op, options.backend).conv2d(g, layer)(layerWeights(data, bias))([x.data], y.data);
  return permuted(y, layoutPermutation("nhwc", layout));
}

/** The order of axes that kernels read: hwio, hwim or io. */
function outputsLast(letters: string): string {
  return letters === "hwim" ? letters : letters.length === 2 ? "io" : "hwio";
}
