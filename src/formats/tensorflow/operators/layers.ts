/** @file TensorFlow's operators with weights: convolutions, dense layers, matrix products, batch normalization. */

import { combined } from "../../importer/arithmetic.ts";
import { asImages, asInFile, image } from "../../importer/axes.ts";
import {
  convolution,
  depthwiseConvolution,
  type Ending,
  filterOfRank4,
  type Two,
  transposedConvolution,
  type Window,
} from "../../importer/convolutions.ts";
import { byMatrix, withSlopes } from "../../importer/linear.ts";
import { transposed } from "../../importer/rearrange.ts";
import { inBlocks, windowIn } from "../../importer/tensorflow/blocks.ts";
import { leaky } from "../../importer/tensorflow/functions.ts";
import { productOf } from "../../importer/tensorflow/product.ts";
import {
  type Constant,
  constantInput,
  integersOf,
  isConstant,
  tensorOf,
  type Value,
  valueInput,
} from "../../importer/values.ts";
import { textsAttribute } from "../graphDef.ts";
import { type Context, flag, integers, type Operator, operator, real, text } from "../operator.ts";

/** Whether this node's images are [n, c, h, w]. */
function isChannelsFirst(c: Context): boolean {
  const format = text(c, "data_format") ?? "NHWC";
  if (format !== "NHWC" && format !== "NCHW") c.fail(`has the data format ${format}, needs NHWC or NCHW`);
  return format === "NCHW";
}

/** An input as the graph's image, and a function that turns a result into a value of the file. */
export function imageOf(c: Context, i: number = 0): { readonly x: Value; readonly as: (y: string) => Value } {
  const given = valueInput(c, i);
  if (isChannelsFirst(c)) return { x: asImages(c, given), as: (y) => image(c, y) };
  const x = asInFile(c, given);
  if (x.shape.length !== 4) c.fail(`takes ${x.shape.join("×")}, needs images of rank 4`);
  return { x, as: (name) => ({ name, shape: c.g.shapeOf(name), turned: false }) };
}

/** Reads rows and columns from an attribute with a number per axis. */
export function pair(c: Context, name: string, byDefault?: Two): Two {
  const found = integers(c, name);
  if (found === undefined || found.length === 0) return byDefault ?? c.fail(`has no ${name}`);
  const [n, h, w, channels] = isChannelsFirst(c) ? [found[0], found[2], found[3], found[1]] : found;
  if (found.length !== 4 || n !== 1 || channels !== 1) c.fail(`has ${name} ${found.join(", ")}, needs 1, h, w, 1`);
  return [h, w];
}

export function paddingOf(c: Context): Window["padding"] {
  const rule = text(c, "padding") ?? "";
  if (rule === "SAME" || rule === "VALID") return rule === "SAME" ? "same" : "valid";
  if (rule !== "EXPLICIT") c.fail(`has the padding ${rule}, needs SAME, VALID or EXPLICIT`);
  const around = integers(c, "explicit_paddings") ?? [];
  const [top, bottom, left, right] = around.slice(isChannelsFirst(c) ? 4 : 2);
  return right === undefined ? c.fail(`has ${around.length} explicit paddings, needs 8`) : [top, bottom, left, right];
}

function windowOf(c: Context, x: Value): Window {
  const [strides, dilations] = [pair(c, "strides"), pair(c, "dilations", [1, 1])];
  return windowIn(c, x, { strides, dilations, padding: paddingOf(c) });
}

/** Activations that a layer can apply itself. */
const OWN = new Map([
  ["Relu", "relu"],
  ["Relu6", "relu6"],
  ["Sigmoid", "sigmoid"],
] as const);

/** The operations after the layer in a fused operator, with their constants. */
interface Fused extends Ending {
  /** Applies the rest of the operator to the layer's result. */
  after(y: Value): Value;
}

const NOTHING: Fused = { bias: null, activation: "none", after: (y) => y };

/** @param first index of the bias among the inputs, if there is one */
function fusedOf(c: Context, first: number): Fused {
  const ops = textsAttribute(c.attributes, "fused_ops").filter((op) => op !== "NoOp");
  const [bias, activation, ...more] = ops[0] === "BiasAdd" ? ops : [undefined, ...ops];
  if (more.length > 0) c.fail(`has fused ${ops.join(", ")}, needs BiasAdd and one activation`);
  const ending = { bias: bias ? tensorOf(constantInput(c, first, "bias")) : null };
  if (activation === undefined) return { ...NOTHING, ...ending };
  const own = (OWN as ReadonlyMap<string, "relu" | "relu6" | "sigmoid">).get(activation);
  if (own !== undefined) return { ...NOTHING, ...ending, activation: own };
  const named = { ...c, name: c.fresh(activation) };
  const after = AFTER.get(activation);
  if (after === undefined) return c.fail(`has the activation ${activation} fused, which is not supported`);
  return { ...ending, activation: "none", after: (y) => after(named, y, first + 1) };
}

const AFTER: ReadonlyMap<string, (c: Context, y: Value, i: number) => Value> = new Map([
  ["Elu", (c: Context, y: Value) => ({ ...y, name: c.g.elu(y.name, { name: c.name }) })],
  ["LeakyRelu", (c: Context, y: Value) => leaky(c, y, real(c, "leakyrelu_alpha", 0.2))],
  ["Prelu", (c: Context, y: Value, i: number) => withSlopes(c, y, tensorOf(constantInput(c, i, "slope")))],
  ["Tanh", (c: Context, y: Value) => ({ ...y, name: c.g.tanh(y.name, { name: c.name }) })],
]);

/** @param convolve its filter is [kh, kw, c / groups, o], or for a depthwise one [kh, kw, c, multiplier] */
function convolutionBy(convolve: typeof convolution, isFused: boolean): Operator {
  return operator((c) => {
    const { x, as } = imageOf(c);
    const filter = filterOfRank4(c, tensorOf(constantInput(c, 1, "filter")));
    const fused = isFused ? fusedOf(c, 2) : NOTHING;
    const y = as(convolve(c, x.name, filter, windowOf(c, x), fused));
    return fused.after(inBlocks(x, y, [filter.shape[0], filter.shape[1]]));
  }, true);
}

export const conv2d: Operator = convolutionBy(convolution, false);
export const fusedConv2d: Operator = convolutionBy(convolution, true);
export const depthwiseConv2d: Operator = convolutionBy(depthwiseConvolution, false);
export const fusedDepthwiseConv2d: Operator = convolutionBy(depthwiseConvolution, true);

/** Inputs: the shape of the result, filter [kh, kw, o, c], x. */
export const conv2dBackpropInput: Operator = operator((c) => {
  const { x, as } = imageOf(c, 2);
  const shape = integersOf(constantInput(c, 0, "output shape"));
  if (shape.length !== 4 && shape.length !== 2) c.fail(`has the output shape ${shape.join("×")}, needs rank 4`);
  const [h, w] = shape.length === 2 ? shape : shape.slice(isChannelsFirst(c) ? 2 : 1);
  const filter = tensorOf(constantInput(c, 1, "filter"));
  const padding = paddingOf(c);
  if (padding !== "same" && padding !== "valid") return c.fail("has explicit paddings, needs SAME or VALID");
  const steps = { strides: pair(c, "strides"), dilations: pair(c, "dilations", [1, 1]) };
  return as(transposedConvolution(c, x.name, filter, [h, w], steps, padding, NOTHING));
});

/** The matrix product a · b; if b is constant, a dense layer. */
export function matMul(isFused: boolean): Operator {
  return operator((c) => {
    const fused = isFused ? fusedOf(c, 2) : NOTHING;
    const [a, b] = [valueInput(c), c.inputs[1] ?? c.fail("has no second factor")];
    const [isLeftTurned, isRightTurned] = [flag(c, "transpose_a"), flag(c, "transpose_b")];
    const x = isLeftTurned ? (transposed({ ...c, name: c.fresh("left") }, a, [1, 0]) as Value) : a;
    if (!isConstant(b)) {
      if (fused.bias !== null || fused.activation !== "none") c.fail("fuses a product of two values, needs a constant");
      return productOf(c, isLeftTurned, isRightTurned);
    }
    const filter = tensorOf(b);
    if (filter.shape.length !== 2) c.fail(`has a filter ${filter.shape.join("×")}, needs rank 2`);
    const own = isRightTurned ? filter.transpose([1, 0]) : filter;
    if (fused.bias && fused.bias.size !== own.shape[1])
      c.fail(`has a bias of ${fused.bias.size}, needs ${own.shape[1]}`);
    return fused.after(byMatrix(c, x, own, fused.bias?.reshape([own.shape[1]]) ?? null, fused.activation));
  });
}

export const batchMatMul: Operator = operator((c) => productOf(c, flag(c, "adj_x"), flag(c, "adj_y")));

/** Adds a bias per channel; in images [n, c, h, w] the channels are the second axis. */
export const biasAdd: Operator = operator((c) => {
  const bias = constantInput(c, 1, "bias");
  const own = isChannelsFirst(c) ? { ...bias, shape: [...bias.shape, 1, 1] } : bias;
  return combined(c, "add", valueInput(c), own);
});

/** Inputs after x: scale, bias, mean and variance per channel. */
export const fusedBatchNorm: Operator = operator((c) => {
  const { x, as } = imageOf(c);
  const channels = c.g.shapeOf(x.name)[3];
  ["scale", "bias", "mean", "variance"].forEach((role, i) => {
    const numbers: Constant = constantInput(c, 1 + i, role);
    if (numbers.data.length !== channels) c.fail(`has ${numbers.data.length} numbers as ${role}, needs ${channels}`);
    c.weights.set(`${c.name}/${role}`, tensorOf(numbers).reshape([channels]));
  });
  return as(c.g.batchNormalization(x.name, { name: c.name, epsilon: real(c, "epsilon", 1e-4) }));
});
