/** @file TensorFlow Lite's operators with weights: convolutions, dense layers, matrix products. */
import { sizeOf } from "../../../tensor/shape.ts";
import type { Tensor } from "../../../tensor/tensor.ts";
import { asInFile } from "../../importer/axes.ts";
import { byMatrix, product } from "../../importer/linear.ts";
import { transposed } from "../../importer/rearrange.ts";
import { reshaped } from "../../importer/reshape.ts";
import {
  constantInput,
  integersOf,
  isConstant,
  type Known,
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
  type WindowPadding,
} from "../operator.ts";
import type { FusedActivation } from "../schema.ts";

type Two = readonly [h: number, w: number];

interface Window {
  readonly strides: Two;
  readonly dilations: Two;
  readonly padding: WindowPadding;
}

/** @param dilation id of the option dilation_w_factor, the one of rows behind it */
function windowOf(c: Context, x: Value, dilation: number): Window {
  const strides = [intOption(c, 2), intOption(c, 1)] as const;
  const dilations = [intOption(c, dilation + 1, 1), intOption(c, dilation, 1)] as const;
  const padding = paddingOption(c);
  if (x.blocks === undefined) return { strides, dilations, padding };
  if (padding !== "valid" || [...strides, ...dilations].some((step) => step !== 1)) {
    c.fail("works on blocks with padding, strides or dilations, needs none");
  }
  return { strides, dilations: x.blocks.size, padding: x.blocks.padding };
}

/** The result of a convolution, in blocks if its input was. */
function inBlocks(c: Context, x: Value, name: string, kernel: Two): Value {
  const shape = c.g.shapeOf(name);
  if (x.blocks === undefined) return { name, shape, turned: false };
  const [N, H, W] = x.shape;
  return {
    name,
    shape: [N, H - kernel[0] + 1, W - kernel[1] + 1, shape[3]],
    turned: false,
    blocks: { size: x.blocks.size, padding: [0, 0, 0, 0] },
  };
}

function imageInput(c: Context, i: number = 0): Value {
  const x = asInFile(c, valueInput(c, i));
  return x.shape.length === 4 ? x : c.fail(`takes ${x.shape.join("×")}, needs images of rank 4`);
}

function filterInput(c: Context, i: number): Tensor {
  const w = tensorOf(constantInput(c, i, "filter"));
  return w.shape.length === 4 ? w : c.fail(`has a filter ${w.shape.join("×")}, needs rank 4`);
}

/** @returns whether there is a bias */
function takeBias(c: Context, i: number, outputs: number): boolean {
  const bias = optionalConstant(c, i, "bias");
  if (bias === null) return false;
  const t = tensorOf(bias);
  if (t.size !== outputs) c.fail(`has a bias ${t.shape.join("×")}, needs ${outputs}`);
  c.weights.set(`${c.name}/bias`, t.reshape([outputs]));
  return true;
}

function finished(c: Context, activation: FusedActivation, y: Value): Value {
  return fusedInto(activation) === "none" ? after(c, activation, y) : y;
}

/** filter [o, kh, kw, c / groups] */
export const conv2d: Operator = operator((c) => {
  const x = imageInput(c);
  const w = filterInput(c, 1);
  const [O, KH, KW, I] = w.shape;
  const C = x.shape[3];
  const groups = C / I;
  if (!Number.isInteger(groups) || O % groups !== 0) {
    c.fail(`has ${C} channels, its filter takes ${I} of them for ${O} outputs`);
  }
  const window = windowOf(c, x, 4);
  const activation = activationOption(c, 3);
  const spec = { name: c.name, outputs: O, bias: takeBias(c, 2, O), activation: fusedInto(activation) };
  const isPointwise = KH === 1 && KW === 1 && groups === 1 && window.strides.every((step) => step === 1);
  if (isPointwise && x.blocks === undefined) {
    c.weights.set(`${c.name}/filter`, w.reshape([O, I]).transpose([1, 0]));
    return finished(c, activation, inBlocks(c, x, c.g.pointwiseConv2d(x.name, spec), [1, 1]));
  }
  c.weights.set(`${c.name}/filter`, w.transpose([1, 2, 3, 0]));
  const y = c.g.conv2d(x.name, { ...spec, kernel: [KH, KW], groups, ...window });
  return finished(c, activation, inBlocks(c, x, y, [KH, KW]));
}, true);

/** filter [1, kh, kw, c · multiplier] */
export const depthwiseConv2d: Operator = operator((c) => {
  const x = imageInput(c);
  const w = filterInput(c, 1);
  const [one, KH, KW, O] = w.shape;
  const C = x.shape[3];
  if (one !== 1 || O % C !== 0) c.fail(`has a filter ${w.shape.join("×")} for ${C} channels`);
  const window = windowOf(c, x, 5);
  const activation = activationOption(c, 4);
  const bias = takeBias(c, 2, O);
  c.weights.set(`${c.name}/filter`, w.reshape([KH, KW, C, O / C]));
  const kernel = [KH, KW] as const;
  const spec = { name: c.name, kernel, multiplier: O / C, bias, activation: fusedInto(activation) };
  return finished(c, activation, inBlocks(c, x, c.g.depthwiseConv2d(x.name, { ...spec, ...window }), kernel));
}, true);

/** The shape of the result, filter [o, kh, kw, c], the input, perhaps a bias. */
export const transposeConv: Operator = operator((c) => {
  const x = imageInput(c, 2);
  const w = filterInput(c, 1);
  const shape = integersOf(constantInput(c, 0, "output shape"));
  if (shape.length !== 4) c.fail(`has the output shape ${shape.join("×")}, needs rank 4`);
  const strides = [intOption(c, 2), intOption(c, 1)] as const;
  const activation = activationOption(c, 3);
  return transposedConvolution(c, x, w, [shape[1], shape[2]], strides, paddingOption(c), activation, 3);
});

/** MediaPipe's: the input, filter [o, kh, kw, c], a bias; padding and strides in three integers. */
export const convolution2dTransposeBias: Operator = operator((c) => {
  const x = imageInput(c);
  const w = filterInput(c, 1);
  const bytes = c.customOptions;
  if (bytes === null || bytes.length < 12) return c.fail("has no padding and strides");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [padding, columns, rows] = [0, 4, 8].map((at) => view.getInt32(at, true));
  const rule = padding === 1 ? "same" : padding === 2 ? "valid" : c.fail(`has the padding ${padding}, needs 1 or 2`);
  const extent = (pixels: number, step: number, taps: number): number =>
    rule === "same" ? pixels * step : (pixels - 1) * step + taps;
  const size = [extent(x.shape[1], rows, w.shape[1]), extent(x.shape[2], columns, w.shape[2])] as const;
  return transposedConvolution(c, x, w, size, [rows, columns], rule, "none", 2);
});

/** So that the result has a size: what is too much is cut off before and after, the odd row at the end. */
function transposedConvolution(
  c: Context,
  x: Value,
  w: Tensor,
  size: Two,
  strides: Two,
  rule: "same" | "valid",
  activation: FusedActivation,
  bias: number,
): Value {
  const [O, KH, KW, I] = w.shape;
  if (I !== x.shape[3]) c.fail(`has ${x.shape[3]} channels, its filter takes ${I}`);
  const surplus = ([x.shape[1], x.shape[2]] as const).map((pixels, i) => {
    return (pixels - 1) * strides[i] + [KH, KW][i] - size[i];
  });
  const [rows, columns] = surplus.map((n) => (rule === "same" ? Math.max(0, n) : 0));
  const padding = [Math.floor(rows / 2), Math.ceil(rows / 2), Math.floor(columns / 2), Math.ceil(columns / 2)] as const;
  const outputPadding = [rows - surplus[0], columns - surplus[1]] as const;
  if (outputPadding.some((n) => n < 0)) c.fail(`makes ${size.join("×")} pixels of ${x.shape.join("×")}`);
  const spec = { name: c.name, outputs: O, bias: takeBias(c, bias, O), activation: fusedInto(activation) };
  c.weights.set(`${c.name}/filter`, w.transpose([1, 2, 0, 3]));
  const y = c.g.convTranspose2d(x.name, { ...spec, kernel: [KH, KW], strides, padding, outputPadding });
  return finished(c, activation, { name: y, shape: c.g.shapeOf(y), turned: false });
}

/** filter [o, i]; all axes but the last, or all that make i, are rows */
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
  const bias = optionalConstant(c, 2, "bias");
  const b = bias && tensorOf(bias);
  if (b && b.size !== O) c.fail(`has a bias ${b.shape.join("×")}, needs ${O}`);
  return finished(
    c,
    activation,
    byMatrix(c, rows as Value, w.transpose([1, 0]), b?.reshape([O]) ?? null, fusedInto(activation)),
  );
});

/** The context of a node before the operator's own. */
function before(c: Context): Context {
  return { ...c, name: c.fresh("flat") };
}

export const batchMatmul: Operator = operator((c) => {
  const [a, b] = c.inputs;
  if (!a || !b) return c.fail("needs two inputs");
  const turned = (x: Known, isTurned: boolean, suffix: string): Known => {
    if (!isTurned) return x;
    const axes = [...x.shape.keys()];
    return transposed({ ...c, name: c.fresh(suffix) }, x, [...axes.slice(0, -2), ...axes.slice(-2).reverse()]);
  };
  const [left, right] = [turned(a, flagOption(c, 0), "left"), turned(b, flagOption(c, 1), "right")];
  if (isConstant(left)) return c.fail("multiplies a constant by a value, needs a value first");
  if (!isConstant(right)) return product(c, left, right);
  const matrix = tensorOf(right);
  const isOne = matrix.shape.slice(0, -2).every((extent) => extent === 1);
  if (!isOne) c.fail(`multiplies by ${matrix.shape.join("×")}, needs one matrix`);
  return byMatrix(c, left, matrix.reshape(matrix.shape.slice(-2)), null);
});
