/** @file The public convolutions of quantised tensors: check operands, resolve layouts, allocate, call a kernel. */
import {
  type Conv2dGeometry,
  type Conv2dGeometryOptions,
  type ConvKind,
  conv2dGeometry,
  convLayouts,
} from "../../geometry/conv2d.ts";
import type { PerOutput } from "../../geometry/quantizedLayer.ts";
import { outputShape } from "../../geometry/window.ts";
import { quantizedTier } from "../../kernels/quantized/alone.ts";
import { knownKeys } from "../../tensor/errors.ts";
import { type Layout, layoutPermutation } from "../../tensor/layout.ts";
import { type IntegerData, permuted, type QuantizedTensor, type QuantizedType } from "../../tensor/quantizedTensor.ts";
import {
  LAYER_OPTIONS,
  type LayerOperands,
  layerOperands,
  layerWeights,
  perOutput,
  type QuantizedDenseOptions,
} from "./layer.ts";
import { type Activations, checkActivations, checkQuantized, emptyOutput } from "./operands.ts";

/** Options of `conv2d` for quantised tensors. */
export interface QuantizedConv2dOptions extends Conv2dGeometryOptions, QuantizedDenseOptions {}

/** Names of the options that all quantised convolutions share. */
export const QUANTIZED_CONV_OPTIONS: readonly string[] = [
  ...LAYER_OPTIONS,
  "strides",
  "padding",
  "dilations",
  "layout",
  "filterLayout",
];

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
 * @throws ShapeError naming the operand, the value found and the value needed; for sums that can exceed int32
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
  knownKeys("conv2d", options, [...QUANTIZED_CONV_OPTIONS, "groups"]);
  return convolve("conv2d", input, filter, options);
}

/**
 * Depthwise convolution of integers: convolves every input channel separately, with `multiplier` kernels each.
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
  knownKeys("depthwiseConv2d", options, QUANTIZED_CONV_OPTIONS);
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
  knownKeys("pointwiseConv2d", options, QUANTIZED_CONV_OPTIONS);
  return convolve("pointwiseConv2d", input, filter, options);
}

function convolve(
  op: ConvKind,
  input: QuantizedTensor,
  filter: QuantizedTensor,
  options: QuantizedConv2dOptions,
): QuantizedTensor {
  const { g, x, w, layer, bias, output, layout } = convOperands(op, input, filter, options);
  const y = emptyOutput(outputShape(g, "nhwc"), output);
  quantizedTier(op, options.backend).conv2d(g, layer)(layerWeights(w.data, bias))([x.data], y.data);
  return permuted(y, layoutPermutation("nhwc", layout));
}

/** A convolution of integers, as passed to kernels. */
export interface ConvOperands extends LayerOperands {
  readonly g: Conv2dGeometry;
  /** [N, H, W, C] */
  readonly x: Activations;
  /** [KH, KW, C / G, O], with a scale and a zero point for each output channel. */
  readonly w: PerOutput & { readonly type: QuantizedType; readonly data: IntegerData; readonly hasOneScale: boolean };
  readonly layout: Layout;
  /** Axes of the filter as given: "hwio", "hwim", "io", … */
  readonly filterLayout: string;
}

/** @throws ShapeError naming the operand, the value found and the value needed */
export function convOperands(
  op: ConvKind,
  input: QuantizedTensor,
  filter: QuantizedTensor,
  options: QuantizedConv2dOptions,
): ConvOperands {
  const given = checkActivations(op, "input", input);
  const w = checkQuantized(op, "filter", filter);
  const g = conv2dGeometry(given.shape, w.shape, options, op);
  const [layout, letters] = convLayouts(op, w.shape, options);
  const { data } = permuted(w, layoutPermutation(letters, outputsLast(letters)));
  const hasOneScale = w.axis === null;
  const own = { type: w.type as QuantizedType, data, hasOneScale, ...perOutput(op, w, letters, g.O) };
  return {
    ...layerOperands(op, "convolution", given, own, hasOneScale, options),
    g,
    x: { ...given, ...permuted(given, layoutPermutation(layout, "nhwc")) } as Activations,
    w: own,
    layout,
    filterLayout: letters,
  };
}

/** The order of axes that kernels read: hwio, hwim or io. */
function outputsLast(letters: string): string {
  return letters === "hwim" ? letters : letters.length === 2 ? "io" : "hwio";
}
