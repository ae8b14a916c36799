/**
 * @file The chain rule, one entry per operation: from the gradient dy of a node's output to a part of the gradient of
 * each input and weight. The loops are in kernels/naive/gradients/.
 */
import { outputShape } from "../geometry/window.ts";
import type { GraphNode, LinearNode } from "../graph/graph.ts";
import type { TapeStep } from "../runtime/schedule.ts";
import { ShapeError } from "../tensor/errors.ts";
import { sameShape } from "../tensor/shape.ts";
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

/** y = x ∗ w + b:  dw = x ∗ dy, over the taps;  db = Σ dy, over the pixels;  dx = dy ∗ w, its taps reversed. */
const linear: Rule<LinearNode> = (node, dy, tape) => {
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
  if (bias) {
    const kernel: TapeStep["kernel"] = (tier) => tier.gradients.bias(dyShape);
    tape.setGradient(bias.name, tape.step({ name: `∂${bias.name}`, inputs: [dy], outputShape: bias.shape, kernel }));
  }
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

/** y = Σ x / n:  each x of a window gets dy / n. */
const averagePool: Rule<Node<"averagePool2d" | "globalAveragePool2d">> = (node, dy, tape) =>
  toInput(tape, node, [dy], (tier) => tier.gradients.averagePool2d(node.geometry, node.countIncludePad));

/** y = a + b:  da = dy;  y = a · b:  da = dy · b; summed over the axes along which a was broadcast. */
const elementwise: Rule<Node<"add" | "mul">> = (node, dy, tape) => {
  const { inputs, inputShapes, outputShape: yShape } = node;
  inputs.forEach((value, i) => {
    const shape = inputShapes[i];
    let part = dy;
    if (node.op === "mul") {
      const other = 1 - i;
      part = tape.step({
        name: `${partOf(value, node)}·${i}`,
        inputs: [dy, inputs[other]],
        outputShape: yShape,
        kernel: (tier) => tier.forward.mul(yShape, inputShapes[other], yShape),
      });
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

const none: Rule<Node<"transpose" | "clamp" | "hardSigmoid">> = (node) => {
  throw new ShapeError(`train: ${node.name} is a ${node.op}, which has no gradient here`);
};

const RULES: { readonly [Op in GraphNode["op"]]: Rule<Node<Op>> } = {
  conv2d: linear,
  depthwiseConv2d: linear,
  pointwiseConv2d: linear,
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
  /** y = f(x):  dx = dy · f′(x). */
  activation: (node, dy, tape) =>
    toInput(tape, node, [node.inputs[0], dy], (tier) => tier.gradients.activation(node.outputShape, node.activation)),
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
  /** dx is the part of dy that is not padding. */
  pad: (node, dy, tape) => {
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
  add: elementwise,
  mul: elementwise,
  transpose: none,
  clamp: none,
  hardSigmoid: none,
};

/** Passes the gradient dy of a node's output on to its inputs and weights. */
export function backward(node: GraphNode, dy: string, tape: TapeBuilder): void {
  (RULES[node.op] as Rule<GraphNode>)(node, dy, tape);
}
