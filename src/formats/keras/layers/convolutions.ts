/** @file Keras' convolutions and dense layers. */
import {
  convolution,
  depthwiseConvolution,
  type Two,
  transposedConvolution,
  type Window,
} from "../../importer/convolutions.ts";
import { byMatrix } from "../../importer/linear.ts";
import { valueInput } from "../../importer/values.ts";
import { beside, type Context, flagIn, imageOf, integerIn, type Layer, layer, paddingIn, pairIn } from "../layer.ts";
import { endingOf } from "./activations.ts";

function windowOf(c: Context): Window {
  const kernel = pairIn(c, "kernel_size");
  const strides = pairIn(c, "strides", [1, 1]);
  const dilations = pairIn(c, "dilation_rate", [1, 1]);
  if (c.config.padding !== "causal") return { strides, dilations, padding: paddingIn(c) };
  // All padding is before the first element, so that no output looks ahead.
  const [rows, columns] = kernel.map((taps, i) => (taps - 1) * dilations[i]);
  return { strides, dilations, padding: [rows, 0, columns, 0] };
}

/** filter [kh, kw, i, o] */
export const conv2d: Layer = layer((c) => {
  const { x, as } = imageOf(c);
  const [filter, bias = null] = c.variables(["kernel", ...(flagIn(c, "use_bias", true) ? ["bias"] : [])]);
  const { activation, after } = endingOf(c);
  return after(as(convolution(c, x.name, filter, windowOf(c), { bias, activation })));
});

/** filter [kh, kw, c, multiplier] */
export const depthwiseConv2d: Layer = layer((c) => {
  const { x, as } = imageOf(c);
  const [filter, bias = null] = c.variables(["depthwise_kernel", ...(flagIn(c, "use_bias", true) ? ["bias"] : [])]);
  const { activation, after } = endingOf(c);
  return after(as(depthwiseConvolution(c, x.name, filter, windowOf(c), { bias, activation })));
});

/** A depthwise convolution, then a pointwise one with filter [1, 1, i, o]. */
export const separableConv2d: Layer = layer((c) => {
  const { x, as } = imageOf(c);
  const names = ["depthwise_kernel", "pointwise_kernel", ...(flagIn(c, "use_bias", true) ? ["bias"] : [])];
  const [spatial, pointwise, bias = null] = c.variables(names);
  const { activation, after } = endingOf(c);
  const plain = { bias: null, activation: "none" } as const;
  const y = depthwiseConvolution(beside(c, "depthwise"), x.name, spatial, windowOf(c), plain);
  const every = { strides: [1, 1], dilations: [1, 1], padding: "valid" } as const;
  return after(as(convolution(c, y, pointwise, every, { bias, activation })));
});

/** filter [kh, kw, o, i] */
export const conv2dTranspose: Layer = layer((c) => {
  const { x, as } = imageOf(c);
  const [filter, bias = null] = c.variables(["kernel", ...(flagIn(c, "use_bias", true) ? ["bias"] : [])]);
  const { activation, after } = endingOf(c);
  const [strides, dilations] = [pairIn(c, "strides", [1, 1]), pairIn(c, "dilation_rate", [1, 1])];
  const [kernel, rule] = [pairIn(c, "kernel_size"), paddingIn(c)];
  const isStated = c.config.output_padding !== undefined && c.config.output_padding !== null;
  const more = isStated ? pairIn(c, "output_padding") : null;
  const pixels = c.g.shapeOf(x.name).slice(1, 3);
  const [h, w] = pixels.map((extent, i) => {
    const taps = (kernel[i] - 1) * dilations[i] + 1;
    return extentOf(extent, strides[i], taps, rule, more?.[i] ?? null);
  });
  const size: Two = [h, w];
  return after(as(transposedConvolution(c, x.name, filter, size, { strides, dilations }, rule, { bias, activation })));
});

/** Pixels of the result along one axis. Source: keras-team/keras, src/backend/common/backend_utils.py. */
function extentOf(pixels: number, stride: number, taps: number, rule: "same" | "valid", more: number | null): number {
  if (more === null) return rule === "same" ? pixels * stride : pixels * stride + Math.max(taps - stride, 0);
  const cut = rule === "same" ? 2 * Math.floor(taps / 2) : 0;
  return (pixels - 1) * stride + taps - cut + more;
}

/** filter [i, o], applied to the last axis at any rank */
export const dense: Layer = layer((c) => {
  const [filter, bias = null] = c.variables(["kernel", ...(flagIn(c, "use_bias", true) ? ["bias"] : [])]);
  if (filter.shape.length !== 2) c.fail(`has a filter ${filter.shape.join("×")}, needs rank 2`);
  const units = integerIn(c, "units", filter.shape[1]);
  if (units !== filter.shape[1]) c.fail(`has ${units} units, its filter ${filter.shape.join("×")}`);
  if (bias !== null && bias.size !== units) c.fail(`has a bias ${bias.shape.join("×")}, needs ${units}`);
  const { activation, after } = endingOf(c);
  return after(byMatrix(c, valueInput(c), filter, bias, activation));
});
