/**
 * @file The reverse pass: from a graph to the steps that compute its loss and, from the last node back to the first,
 * the gradient of the loss with respect to every value and every weight.
 *
 * The chain rule, once per node: from the gradient dy of its output, its gradient formula computes a part of the
 * gradient of each input and weight. A value that several nodes read gets the sum of their parts.
 */
import type { Graph, GraphNode } from "../graph/graph.ts";
import { kernelOf } from "../graph/operations.ts";
import { type End, type Schedule, scheduleOf, type TapeStep } from "../runtime/schedule.ts";
import { ShapeError } from "../tensor/errors.ts";
import { formatShape, sizeOf } from "../tensor/shape.ts";
import { backward } from "./chainRule.ts";
import { type GradientOf, type TapeBuilder, tapeBuilder } from "./tapeBuilder.ts";
import { separateActivations } from "./trainingGraph.ts";

/** The statistics that a batch norm keeps for use after training. */
export interface KeptMoments {
  /** Names of the weights. */
  readonly mean: string;
  readonly variance: string;
  /** The value [2, C] of this batch, and its number of rows. */
  readonly value: string;
  readonly rows: number;
}

export interface Tape {
  readonly schedule: Schedule<TapeStep>;
  readonly input: string;
  readonly targets: string;
  readonly scores: string;
  /** [n], the loss of each image. */
  readonly losses: string;
  /** Weights that are operands of steps, each with the schedule input that holds it; the others are packed. */
  readonly weights: ReadonlyMap<string, string>;
  readonly gradients: ReadonlyMap<string, GradientOf>;
  readonly moments: readonly KeptMoments[];
}

/**
 * @param graph has one input; ends in scores [1, classes], or in a softmax of them
 * @param n     images of a batch
 * @throws ShapeError if it does not, or if an operation has no gradient here
 */
export function tapeOf(graph: Graph, n: number): Tape {
  const { inputs, steps: layers, outputs: ends } = scheduleOf(separateActivations(graph), n);
  if (inputs.length > 1 || ends.length > 1) {
    const found = `${inputs.length} ${inputs.length > 1 ? "inputs" : "input"} and ${ends.length} ${ends.length > 1 ? "outputs" : "output"}`;
    throw new ShapeError(`training: ${graph.name} has ${found}, needs one of each: loadModel's \`output\` cuts it`);
  }
  const nodes = layers.map(({ node }) => node);
  const [[input], [{ name: output }]] = [inputs, ends];
  const last = nodes.find(({ name }) => name === output);
  const scores = last?.op === "softmax" ? last.inputs[0] : output;
  const used = last?.op === "softmax" ? nodes.filter((node) => node !== last) : nodes;
  const shape = used.find(({ name }) => name === scores)?.outputShape;
  if (shape?.length !== 2) {
    throw new ShapeError(
      `training: ${graph.name} ends in ${shape ? formatShape(shape) : "its input"}, needs n×classes`,
    );
  }

  const tape = tapeBuilder(graph.name, input);
  const moments = used.flatMap((node) => forward(node, tape));
  const targets = tape.give("∂targets", shape);
  const losses = tape.step({
    name: "∂losses",
    inputs: [scores, targets],
    outputShape: [shape[0]],
    kernel: (tier) => tier.gradients.crossEntropy(),
  });
  const ofScores = tape.step({
    name: `∂${scores}`,
    inputs: [scores, targets],
    outputShape: shape,
    kernel: (tier) => tier.gradients.crossEntropyInput(),
  });
  tape.addPart(scores, ofScores);
  for (const node of [...used].reverse()) {
    const dy = tape.gradientOf(node.name, node.outputShape);
    if (dy !== null) backward(node, dy, tape); // else the loss does not depend on it
  }
  const { steps, given, weights, gradients } = tape;
  const kept = [...gradients.values(), ...moments].map(({ value }) => value);
  const outputs = [...new Set([scores, losses, ...kept])].map(
    (name): End => ({ name, shape: tape.shapeOf(name), type: "float32" }),
  );
  return {
    schedule: { inputs: [input, ...given], steps, outputs },
    input: input.name,
    targets,
    scores,
    losses,
    weights,
    gradients,
    moments,
  };
}

/** Appends a node as it is; a batch norm with the statistics of the batch, which it returns. */
function forward(node: GraphNode, tape: TapeBuilder): readonly KeptMoments[] {
  const { name, inputs, outputShape } = node;
  if (node.op !== "batchNormalization") {
    const kernel: TapeStep["kernel"] = (tier) => kernelOf(tier.forward, node);
    tape.step({ name, inputs, outputShape, kernel, weights: node.weights, op: node.op });
    return [];
  }
  const { weights, epsilon } = node;
  const [x] = inputs;
  const value = tape.step({
    name: `∂${name}/moments`,
    inputs: [x],
    outputShape: [2, weights.mean.shape[0]],
    kernel: (tier) => tier.gradients.moments(outputShape),
  });
  const [scale, bias] = [weights.scale, weights.bias].map(tape.weight);
  const kernel: TapeStep["kernel"] = (tier) => tier.gradients.normalize(outputShape, epsilon);
  tape.step({ name, inputs: [x, value, scale, bias], outputShape, kernel });
  const rows = sizeOf(outputShape.slice(0, -1));
  return [{ mean: weights.mean.name, variance: weights.variance.name, value, rows }];
}
