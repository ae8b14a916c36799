/** @file TensorFlow Lite's operators with weights: convolutions, dense layers, matrix products. */
import { sizeOf } from "../../../tensor/shape.ts";
import type { Tensor } from "../../../tensor/tensor.ts";
import { asInFile } from "../../importer/axes.ts";
import {
  convolution,
  depthwiseConvolution,
  type Ending,
  filterOfRank4,
  type Two,
  transposedConvolution,
  type Window,
} from "../../importer/convolutions.ts";
import { byMatrix, product } from "../../importer/linear.ts";
import { transposed } from "../../importer/rearrange.ts";
import { reshaped } from "../../importer/reshape.ts";
import { inBlocks, windowIn } from "../../importer/tensorflow/blocks.ts";
import { productOf } from "../../importer/tensorflow/product.ts";
import {
  constantInput,
  integersOf,
  isConstant,
  optionalConstant,
  tensorOf,
  type Value,
  valueInput,
} from "../../importer/values.ts";
import {
  activationOption,
  after,
  byteOption,
  type Context,
  flagOption,
  fusedInto,
  intOption,
  type Operator,
  operator,
  paddingOption,
} from "../operator.ts";
import type { FusedActivation } from "../schema.ts";

/** @param dilation id of the option dilation_w_factor; the one for rows follows it */
export function windowOf(c: Context, x: Value, dilation: number): Window {
  const strides = [intOption(c, 2), intOption(c, 1)] as const;
  const dilations = [intOption(c, dilation + 1, 1), intOption(c, dilation, 1)] as const;
  return windowIn(c, x, { strides, dilations, padding: paddingOption(c) });
}

/** The result of a convolution, followed by an activation that it cannot apply itself. */
function finished(c: Context, activation: FusedActivation, x: Value, name: string, kernel: Two): Value {
  const y = inBlocks(x, { name, shape: c.g.shapeOf(name), turned: false }, kernel);
  return fusedInto(activation) === "none" ? after(c, activation, y) : y;
}

function imageInput(c: Context, i: number = 0): Value {
  const x = asInFile(c, valueInput(c, i));
  return x.shape.length === 4 ? x : c.fail(`takes ${x.shape.join("×")}, needs images of rank 4`);
}

function filterInput(c: Context): Tensor {
  return filterOfRank4(c, tensorOf(constantInput(c, 1, "filter")));
}

/** @param i index of the input that may be a bias */
function endingOf(c: Context, i: number, activation: FusedActivation): Ending {
  const bias = optionalConstant(c, i, "bias");
  return { bias: bias && tensorOf(bias), activation: fusedInto(activation) };
}

/** filter [o, kh, kw, c / groups] */
export const conv2d: Operator = operator((c) => {
  const x = imageInput(c);
  const filter = filterInput(c).transpose([1, 2, 3, 0]);
  const activation = activationOption(c, 3);
  const y = convolution(c, x.name, filter, windowOf(c, x, 4), endingOf(c, 2, activation));
  return finished(c, activation, x, y, [filter.shape[0], filter.shape[1]]);
}, true);

/** filter [1, kh, kw, c · multiplier] */
export const depthwiseConv2d: Operator = operator((c) => {
  const x = imageInput(c);
  const w = filterInput(c);
  const [one, KH, KW, O] = w.shape;
  const C = x.shape[3];
  if (one !== 1 || O % C !== 0) c.fail(`has a filter ${w.shape.join("×")} for ${C} channels`);
  const activation = activationOption(c, 4);
  const filter = w.reshape([KH, KW, C, O / C]);
  const y = depthwiseConvolution(c, x.name, filter, windowOf(c, x, 5), endingOf(c, 2, activation));
  return finished(c, activation, x, y, [KH, KW]);
}, true);

/** Inputs: the shape of the result, filter [o, kh, kw, c], x, optionally a bias. */
export const transposeConv: Operator = operator((c) => {
  const x = imageInput(c, 2);
  const shape = integersOf(constantInput(c, 0, "output shape"));
  if (shape.length !== 4) c.fail(`has the output shape ${shape.join("×")}, needs rank 4`);
  const strides = [intOption(c, 2), intOption(c, 1)] as const;
  return transposedTo(c, x, [shape[1], shape[2]], strides, paddingOption(c), activationOption(c, 3), 3);
});

/** MediaPipe's operator. Inputs: x, filter [o, kh, kw, c], a bias; padding and strides are three integers. */
export const convolution2dTransposeBias: Operator = operator((c) => {
  const x = imageInput(c);
  const [, KH, KW] = filterInput(c).shape;
  const bytes = c.customOptions;
  if (bytes === null || bytes.length < 12) return c.fail("has no padding and strides");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [padding, columns, rows] = [0, 4, 8].map((at) => view.getInt32(at, true));
  const rule = padding === 1 ? "same" : padding === 2 ? "valid" : c.fail(`has the padding ${padding}, needs 1 or 2`);
  const extent = (pixels: number, step: number, taps: number): number =>
    rule === "same" ? pixels * step : (pixels - 1) * step + taps;
  const size = [extent(x.shape[1], rows, KH), extent(x.shape[2], columns, KW)] as const;
  return transposedTo(c, x, size, [rows, columns], rule, "none", 2);
});

function transposedTo(
  c: Context,
  x: Value,
  size: Two,
  strides: Two,
  rule: "same" | "valid",
  activation: FusedActivation,
  bias: number,
): Value {
  const filter = filterInput(c).transpose([1, 2, 0, 3]);
  const steps = { strides, dilations: [1, 1] } as const;
  const y = transposedConvolution(c, x.name, filter, size, steps, rule, endingOf(c, bias, activation));
  return finished(c, activation, x, y, size);
}

/** filter [o, i]; the last axis, or the last axes with i elements in total, are multiplied, the others are rows */
export const fullyConnected: Operator = operator((c) => {
  if (byteOption(c, 1) !== 0) c.fail("has shuffled weights, needs them in order");
  const x = valueInput(c);
  const activation = activationOption(c, 0);
  const second = c.inputs[1];
  if (second && !isConstant(second)) {
    if (c.inputs[2]) return c.fail("adds a bias to a product of two values, needs none");
    return after(c, activation, product(c, x, transposed(c, second, [1, 0]) as Value));
  }
  const w = tensorOf(constantInput(c, 1, "filter"));
  if (w.shape.length !== 2) c.fail(`has a filter ${w.shape.join("×")}, needs rank 2`);
  const [O, I] = w.shape;
  const flat =
    flagOption(c, 2) || x.shape[x.shape.length - 1] === I ? x : reshaped(before(c), x, [sizeOf(x.shape) / I, I]);
  const rows = flagOption(c, 2) || flat.shape.length === 2 ? flat : reshaped(before(c), flat, [sizeOf(x.shape) / I, I]);
  const { bias, activation: own } = endingOf(c, 2, activation);
  if (bias && bias.size !== O) c.fail(`has a bias ${bias.shape.join("×")}, needs ${O}`);
  const y = byMatrix(c, rows as Value, w.transpose([1, 0]), bias?.reshape([O]) ?? null, own);
  return own === "none" ? after(c, activation, y) : y;
});

/** The context of a node before the operator's own. */
function before(c: Context): Context {
  return { ...c, name: c.fresh("flat") };
}

export const batchMatmul: Operator = operator((c) => productOf(c, flagOption(c, 0), flagOption(c, 1)));
