/**
 * @file The chain rule, one entry per operation: from the gradient dy of a node's output to a part of the gradient of
 * each input and weight. The loops are in kernels/naive/gradients/.
 */
import type { BinaryOp, Elementwise } from "../geometry/elementwise.ts";
import { outputShape } from "../geometry/window.ts";
import type { GraphNode, LinearNode, WeightSpec } from "../graph/graph.ts";
import { picksOf } from "../graph/operations/picks.ts";
import { pixelsOf } from "../graph/operations/resample2d.ts";
import type { TapeStep } from "../runtime/schedule.ts";
import { ShapeError } from "../tensor/errors.ts";
import { type Shape, sameShape } from "../tensor/shape.ts";
import type { TapeBuilder } from "./tapeBuilder.ts";
import { convolutionOf } from "./trainingGraph.ts";

type Node<Op extends GraphNode["op"]> = GraphNode & { readonly op: Op };
type Rule<N extends GraphNode> = (node: N, dy: string, tape: TapeBuilder) => void;

/** The name of a node's part of the gradient of a value. */
const partOf = (value: string, node: GraphNode): string => `∂${value}←${node.name}`;

/** The gradient of a node's only input, from some values. */
function toInput(tape: TapeBuilder, node: GraphNode, values: readonly string[], kernel: TapeStep["kernel"]): void {
  const [x] = node.inputs;
  tape.addPart(x, tape.step({ name: partOf(x, node), inputs: values, outputShape: node.inputShapes[0], kernel }));
}

/** y = … + b:  db = Σ dy, over the pixels. */
function toBias(tape: TapeBuilder, { name, shape }: WeightSpec, dy: string, dyShape: Shape): void {
  const kernel: TapeStep["kernel"] = (tier) => tier.gradients.bias(dyShape);
  tape.setGradient(name, tape.step({ name: `∂${name}`, inputs: [dy], outputShape: shape, kernel }));
}

/** y = x ∗ w + b:  dw = x ∗ dy, over the taps;  db = Σ dy, over the pixels;  dx = dy ∗ w, its taps reversed. */
const linear: Rule<Exclude<LinearNode, { readonly op: "convTranspose2d" }>> = (node, dy, tape) => {
  const [x] = node.inputs;
  const { filter, bias } = node.weights;
  const seen = convolutionOf(node);
  const dyShape = outputShape(seen.geometry);
  const dw = tape.step({
    name: `∂${filter.name}`,
    inputs: [x, dy],
    outputShape: seen.filter,
    kernel: (tier) => tier.gradients.conv2dFilter(seen.geometry),
    seenAs: [seen.input, dyShape],
  });
  tape.setGradient(filter.name, dw);
  if (bias) toBias(tape, bias, dy, dyShape);
  if (!tape.needsGradient(x)) return;
  const dx = tape.step({
    name: partOf(x, node),
    inputs: [dy],
    outputShape: seen.input,
    weights: { filter },
    kernel: (tier) => tier.gradients.conv2dInput(seen.geometry),
    seenAs: [dyShape],
  });
  tape.reshape(dx, node.inputShapes[0]);
  tape.addPart(x, dx);
};

/** y is dx of a convolution:  dx = dy ∗ w is that convolution;  dw as for it, with x and dy exchanged;  db = Σ dy. */
const transposed: Rule<Node<"convTranspose2d">> = (node, dy, tape) => {
  const [x] = node.inputs;
  const { geometry, weights, outputShape: yShape } = node;
  const { filter, bias } = weights;
  const dw = tape.step({
    name: `∂${filter.name}`,
    inputs: [dy, x],
    outputShape: filter.shape,
    kernel: (tier) => tier.gradients.conv2dFilter(geometry),
  });
  tape.setGradient(filter.name, dw);
  if (bias) toBias(tape, bias, dy, yShape);
  if (!tape.needsGradient(x)) return;
  const kernel: TapeStep["kernel"] = (tier) => tier.forward.conv2d(geometry, "none");
  const dx = tape.step({
    name: partOf(x, node),
    inputs: [dy],
    outputShape: node.inputShapes[0],
    weights: { filter },
    kernel,
  });
  tape.addPart(x, dx);
};

/** y = Σ x / n:  each x of a window gets dy / n. */
const averagePool: Rule<Node<"averagePool2d" | "globalAveragePool2d">> = (node, dy, tape) =>
  toInput(tape, node, [dy], (tier) => tier.gradients.averagePool2d(node.geometry, node.countIncludePad));

/** y = f(x):  dx = dy · f′(x). */
const elementwise: Rule<GraphNode & Elementwise> = (node, dy, tape) =>
  toInput(tape, node, [node.inputs[0], dy], (tier) => tier.gradients.elementwise(node.outputShape, node));

/** y = a ∘ b:  da = dy · ∂y/∂a; summed over the axes along which a was broadcast. */
const binary: Rule<Node<BinaryOp>> = (node, dy, tape) => {
  const { op, inputs, inputShapes, outputShape: yShape } = node;
  inputs.forEach((value, i) => {
    const shape = inputShapes[i];
    const name = `${partOf(value, node)}·${i}`;
    let part = dy;
    if (op === "mul") {
      const other = 1 - i;
      const kernel: TapeStep["kernel"] = (tier) => tier.forward.binary("mul", yShape, inputShapes[other], yShape);
      part = tape.step({ name, inputs: [dy, inputs[other]], outputShape: yShape, kernel });
    } else if (op !== "add" && !(op === "sub" && i === 0)) {
      const kernel: TapeStep["kernel"] = (tier) => tier.gradients.binary(op, i as 0 | 1);
      part = tape.step({ name, inputs: [...inputs, dy], outputShape: yShape, kernel });
    }
    if (!sameShape(shape, yShape)) {
      part = tape.step({
        name: `${partOf(value, node)}Σ${i}`,
        inputs: [part],
        outputShape: shape,
        kernel: (tier) => tier.gradients.broadcast(shape, yShape),
      });
    }
    tape.addPart(value, part);
  });
};

/** y has the axes of x in another order: dx is dy with its axes in the original order. */
const transpose: Rule<Node<"transpose">> = (node, dy, tape) => {
  const back = node.permutation.map((_, axis) => node.permutation.indexOf(axis));
  toInput(tape, node, [dy], (tier) => tier.forward.transpose(node.outputShape, back));
};

/** y picks from x: each x gets the sum of dy wherever it was picked. */
const picked: Rule<Node<"slice" | "gather" | "expand" | "tile" | "pad">> = (node, dy, tape) =>
  toInput(tape, node, [dy], (tier) => tier.gradients.pick(picksOf(node)));

/** y = Σ x, or Σ x / n:  each x gets dy, or dy / n. */
const reduced: Rule<Node<"reduceMean" | "reduceSum">> = (node, dy, tape) =>
  toInput(tape, node, [dy], (tier) => tier.gradients.reduce(node.op, node.axes));

const none: Rule<GraphNode> = (node) => {
  throw new ShapeError(`train: ${node.name} is a ${node.op}, which has no gradient here`);
};

const RULES: { readonly [Op in GraphNode["op"]]: Rule<Node<Op>> } = {
  conv2d: linear,
  depthwiseConv2d: linear,
  pointwiseConv2d: linear,
  convTranspose2d: transposed,
  dense: linear,
  /** y = γ x̂ + β,  x̂ = (x - mean) / σ:  dγ = Σ dy · x̂,  dβ = Σ dy,  dx = γ/σ · (dy - dβ/n - x̂ · dγ/n). */
  batchNormalization: (node, dy, tape) => {
    const { inputs, weights, outputShape: yShape, epsilon } = node;
    const [x] = inputs;
    const [C] = weights.scale.shape;
    const moments = `∂${node.name}/moments`;
    const sums = tape.step({
      name: `∂${node.name}/parameters`,
      inputs: [x, moments, dy],
      outputShape: [2, C],
      kernel: (tier) => tier.gradients.normalizeParameters(yShape, epsilon),
    });
    tape.setGradient(weights.scale.name, sums, 0);
    tape.setGradient(weights.bias.name, sums, C);
    toInput(tape, node, [x, moments, tape.weight(weights.scale), sums, dy], (tier) =>
      tier.gradients.normalizeInput(yShape, epsilon),
    );
  },
  activation: elementwise,
  /** The first largest x of a window gets dy. */
  maxPool2d: (node, dy, tape) =>
    toInput(tape, node, [node.inputs[0], dy], (tier) => tier.gradients.maxPool2d(node.geometry)),
  averagePool2d: averagePool,
  globalAveragePool2d: averagePool,
  /** y = softmax(x):  dx = y · (dy - Σ y · dy). */
  softmax: (node, dy, tape) => toInput(tape, node, [node.name, dy], (tier) => tier.gradients.softmax(node.outputShape)),
  /** dx = dy, in the shape of x. */
  reshape: (node, dy, tape) => {
    const [x] = node.inputs;
    const [xShape] = node.inputShapes;
    tape.addPart(
      x,
      tape.step({ name: partOf(x, node), inputs: [dy], outputShape: xShape, kernel: () => null, op: "reshape" }),
    );
  },
  /** dx is the part of dy that is not padding; with mirrors or edges, each element gets the sum of its copies. */
  pad: (node, dy, tape) => {
    if (node.mode !== "constant") {
      picked(node, dy, tape);
      return;
    }
    const begin = node.pads.map(([before]) => before);
    toInput(tape, node, [dy], (tier) => tier.gradients.slice(begin, node.inputShapes[0]));
  },
  /** Each input gets its part of dy. */
  concat: (node, dy, tape) => {
    let at = 0;
    node.inputs.forEach((value, i) => {
      const begin = node.outputShape.map((_, axis) => (axis === node.axis ? at : 0));
      const shape = node.inputShapes[i];
      at += shape[node.axis];
      const kernel: TapeStep["kernel"] = (tier) => tier.gradients.slice(begin, shape);
      const name = `${partOf(value, node)}.${i}`;
      tape.addPart(value, tape.step({ name, inputs: [dy], outputShape: shape, kernel }));
    });
  },
  add: binary,
  sub: binary,
  mul: binary,
  div: binary,
  max: binary,
  min: binary,
  transpose,
  clamp: elementwise,
  hardSigmoid: elementwise,
  leakyRelu: elementwise,
  elu: elementwise,
  gelu: elementwise,
  abs: elementwise,
  neg: elementwise,
  reciprocal: elementwise,
  sqrt: elementwise,
  exp: elementwise,
  log: elementwise,
  erf: elementwise,
  tanh: elementwise,
  roundEven: elementwise,
  fakeQuantize: elementwise,
  reduceMean: reduced,
  reduceSum: reduced,
  reduceMax: none,
  reduceMin: none,
  argMax: none,
  slice: picked,
  gather: picked,
  matmul: none,
  prelu: none,
  layerNormalization: none,
  quantize: none,
  dequantize: none,
  expand: picked,
  tile: picked,
  resample2d: (node, dy, tape) => {
    const pixels = pixelsOf(node);
    toInput(tape, node, [dy], ({ gradients }) => {
      if (pixels.mode === "linear") return gradients.interpolate2d(pixels.rows, pixels.columns);
      return gradients.pick([null, pixels.rows, pixels.columns, null]);
    });
  },
};

/** Passes the gradient dy of a node's output on to its inputs and weights. */
export function backward(node: GraphNode, dy: string, tape: TapeBuilder): void {
  (RULES[node.op] as Rule<GraphNode>)(node, dy, tape);
}
