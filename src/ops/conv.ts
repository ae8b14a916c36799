/** @file The public convolutions: check operands, resolve layouts, allocate, call a kernel. */
import { ACTIVATIONS, type Activation } from "../geometry/activation.ts";
import {
  type Conv2dGeometry,
  type Conv2dGeometryOptions,
  type ConvKind,
  conv2dGeometry,
  convLayouts,
} from "../geometry/conv2d.ts";
import { outputShape } from "../geometry/window.ts";
import { type ConvAlgorithm, checkAlgorithm } from "../geometry/winograd.ts";
import { CONVOLUTIONS } from "../kernels/convolutions.ts";
import { type Backend, chooseTier } from "../kernels/tiers.ts";
import { knownKeys, oneOf } from "../tensor/errors.ts";
import { type Layout, layoutPermutation } from "../tensor/layout.ts";
import { Tensor } from "../tensor/tensor.ts";
import { checkTensor, checkVector, run } from "./operands.ts";

/** Options of `conv2d`. */
export interface Conv2dOptions extends Conv2dGeometryOptions {
  /** One number per output channel, [o]. Default none. */
  readonly bias?: Tensor | null | undefined;
  /** Applied to the finished sum, before it is rounded. Default "none". */
  readonly activation?: Activation | undefined;
  /** Tier that computes. Default "auto", the fastest. Results agree within the error bound. */
  readonly backend?: Backend | undefined;
  /**
   * "direct" (default), or Winograd's method with 2 × 2 or 4 × 4 outputs at a time, for 3×3 kernels of stride 1 without
   * groups: fewer products, different rounding, and a wider error bound. Only `conv2d` has this option.
   */
  readonly algorithm?: ConvAlgorithm | undefined;
}

/** Options of `depthwiseConv2d`, which has no choice of groups. */
export type DepthwiseConv2dOptions = Omit<Conv2dOptions, "groups" | "algorithm">;
/** Options of `pointwiseConv2d`, which has no choice of groups either. */
export type PointwiseConv2dOptions = Omit<Conv2dOptions, "groups" | "algorithm">;

/** Names of the options that all three share; conv2d also has groups. */
export const CONV_OPTIONS: readonly string[] = [
  "strides",
  "padding",
  "dilations",
  "bias",
  "activation",
  "layout",
  "filterLayout",
  "backend",
];

/**
 * Standard or grouped convolution, the cross-correlation of every deep-learning library:
 *
 *   y[n, oh, ow, o] = f( b[o] + Σ kh,kw,ic  x[n, oh·s + kh·d - top, ow·s + kw·d - left, c0 + ic] · w[kh, kw, ic, o] )
 *
 * @param input   [n, h, w, c] (nhwc) or [n, c, h, w] (nchw), any view
 * @param filter  [kh, kw, c / groups, o] (hwio, the default for nhwc), [o, c / groups, kh, kw] (oihw, for nchw), …
 * @param options `strides`, `dilations`: n or [h, w], default 1. `padding`: "valid" (default), "same" (TensorFlow's),
 *   "same-lower", n, [h, w] or [top, bottom, left, right]. `groups`: default 1. `bias` [o]. `activation`. `layout`:
 *   "nhwc" (default) or "nchw". `filterLayout`. `backend`. `algorithm`: "direct" (default), "winograd2", "winograd4".
 * @returns a fresh contiguous tensor in the layout of the input
 * @throws ShapeError naming the operand, the value found and the value needed
 *
 * @example
 * const input = tensor([0, 1, 2, 3, 4, 5, 6, 7, 8], [1, 3, 3, 1]);
 * const filter = tensor([1, 10, 100, 1000], [2, 2, 1, 1]);
 * conv2d(input, filter).toArray(); // [[[[4310], [5421]], [[7643], [8754]]]]
 */
export function conv2d(input: Tensor, filter: Tensor, options: Conv2dOptions = {}): Tensor {
  knownKeys("conv2d", options, [...CONV_OPTIONS, "groups", "algorithm"]);
  return convolve("conv2d", input, filter, options);
}

/**
 * Depthwise convolution: convolves every input channel separately, with `multiplier` kernels each. Input channel c
 * yields output channels c · multiplier + m.
 *
 * @param input  [n, h, w, c] (nhwc) or [n, c, h, w] (nchw), any view
 * @param filter [kh, kw, c, multiplier] (hwim, the default for nhwc) or [c · multiplier, 1, kh, kw] (oihw, for nchw)
 * @returns [n, oh, ow, c · multiplier], fresh and contiguous, in the layout of the input
 * @throws ShapeError naming the operand, the value found and the value needed
 *
 * @example
 * const input = tensor([1, 2, 3, 4], [1, 1, 2, 2]); // one row of two pixels with two channels
 * const filter = tensor([1, 10, 100, 1000], [1, 2, 2, 1]);
 * depthwiseConv2d(input, filter).toArray(); // [[[[301, 4020]]]]
 */
export function depthwiseConv2d(input: Tensor, filter: Tensor, options: DepthwiseConv2dOptions = {}): Tensor {
  knownKeys("depthwiseConv2d", options, CONV_OPTIONS);
  return convolve("depthwiseConv2d", input, filter, options);
}

/**
 * Pointwise convolution: a 1×1 kernel, a matrix product over the channels of every pixel.
 *
 * @param input  [n, h, w, c] (nhwc) or [n, c, h, w] (nchw), any view
 * @param filter [c, o] or [1, 1, c, o] (nhwc), [o, c] or [o, c, 1, 1] (nchw); `filterLayout` "hwio" means i before o
 * @returns [n, h, w, o], fresh and contiguous, in the layout of the input
 * @throws ShapeError naming the operand, the value found and the value needed
 *
 * @example
 * const input = tensor([1, 2, 3, 4], [1, 1, 2, 2]);
 * const filter = tensor([[1], [10]]); // two channels to one
 * pointwiseConv2d(input, filter).toArray(); // [[[[21], [43]]]]
 */
export function pointwiseConv2d(input: Tensor, filter: Tensor, options: PointwiseConv2dOptions = {}): Tensor {
  knownKeys("pointwiseConv2d", options, CONV_OPTIONS);
  return convolve("pointwiseConv2d", input, filter, options);
}

/**
 * Depthwise convolution followed by a pointwise one, MobileNet's building block. Strides, dilations and padding apply
 * to the first; bias and activation to the second. The intermediate result is rounded to float32.
 *
 * @param input as for {@link depthwiseConv2d}
 * @param depthwiseFilter as for {@link depthwiseConv2d}
 * @param pointwiseFilter as for {@link pointwiseConv2d}, with c · multiplier input channels
 * @throws ShapeError naming the operand, the value found and the value needed
 * @returns [n, oh, ow, o], fresh and contiguous, in the layout of the input
 *
 * @example
 * const input = Tensor.zeros([1, 32, 32, 8]);
 * const [depthwise, pointwise] = [Tensor.zeros([3, 3, 8, 1]), Tensor.zeros([8, 16])];
 * separableConv2d(input, depthwise, pointwise, { strides: 2, padding: "same" }).shape; // [1, 16, 16, 16]
 */
export function separableConv2d(
  input: Tensor,
  depthwiseFilter: Tensor,
  pointwiseFilter: Tensor,
  options: Omit<Conv2dOptions, "groups" | "filterLayout" | "algorithm"> = {},
): Tensor {
  knownKeys("separableConv2d", options, ["strides", "padding", "dilations", "bias", "activation", "layout", "backend"]);
  const { strides, padding, dilations, layout, backend, bias, activation } = options;
  const spatial = convolve("depthwiseConv2d", input, depthwiseFilter, { strides, padding, dilations, layout, backend });
  return convolve("pointwiseConv2d", spatial, pointwiseFilter, { bias, activation, layout, backend });
}

function convolve(op: ConvKind, input: Tensor, filter: Tensor, options: Conv2dOptions): Tensor {
  const { g, x, w, bias, activation, layout } = convOperands(op, input, filter, options);
  const kernels = CONVOLUTIONS[chooseTier(op, options.backend)];
  const output = Tensor.zeros(outputShape(g, layout));
  const y = output.transpose(layoutPermutation(layout, "nhwc"));
  const algorithm = checkAlgorithm(op, options.algorithm, g);
  const kernel = op === "conv2d" ? kernels.conv2d(g, activation, algorithm) : kernels[op](g, activation);
  run(kernel, [x], y, { filter: w, bias });
  return output;
}

/** A checked convolution, as passed to kernels. */
export interface ConvOperands {
  readonly g: Conv2dGeometry;
  /** [N, H, W, C], a view of the input. */
  readonly x: Tensor;
  /** hwio, hwim for a depthwise convolution, io for a pointwise one. */
  readonly w: Tensor;
  readonly bias: Tensor | null;
  readonly activation: Activation;
  /** The user's layout of input and output. */
  readonly layout: Layout;
  /** The user's layout of the filter; "io" or "oi" for a pointwise one of rank 2. */
  readonly filterLayout: string;
}

/** @throws ShapeError naming the operand, the value found and the value needed */
export function convOperands(op: ConvKind, input: Tensor, filter: Tensor, options: Conv2dOptions): ConvOperands {
  checkTensor(op, "input", input);
  checkTensor(op, "filter", filter);
  const g = conv2dGeometry(input.shape, filter.shape, options, op);
  const bias = checkVector(op, "bias", options.bias, g.O);
  const activation = oneOf(op, "activation", options.activation ?? "none", ACTIVATIONS);
  const [layout, filterLayout] = convLayouts(op, filter.shape, options);
  const x = input.transpose(layoutPermutation(layout, "nhwc"));
  return { g, x, w: canonicalFilter(op, filter, filterLayout, g.C), bias, activation, layout, filterLayout };
}

/** The filter in a layout for kernels: hwio, hwim, or io. */
function canonicalFilter(op: ConvKind, filter: Tensor, layout: string, C: number): Tensor {
  if (op === "depthwiseConv2d") {
    if (layout === "hwim") return filter;
    const [O, , KH, KW] = filter.shape;
    return filter.reshape([C, O / C, KH, KW]).transpose([2, 3, 0, 1]);
  }
  if (layout.length === 2) return filter.transpose(layoutPermutation(layout, "io"));
  const hwio = filter.transpose(layoutPermutation(layout, "hwio"));
  return op === "conv2d" ? hwio : hwio.reshape(hwio.shape.slice(2));
}
