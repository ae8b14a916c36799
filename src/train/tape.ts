/**
 * @file The reverse pass: from a graph to the steps that compute its loss and, from the last node back to the first,
 * the gradient of the loss with respect to every value and every weight.
 *
 * The chain rule, once per node: from the gradient dy of its output, its gradient formula computes a part of the
 * gradient of each input and weight. A value that several nodes read gets the sum of their parts.
 */
import { outputShape } from "../geometry/window.ts";
import { type Graph, type GraphNode, isLinear } from "../graph/graph.ts";
import { kernelOf } from "../graph/kernelOf.ts";
import type { Schedule, Step } from "../graph/schedule.ts";
import type { Weights } from "../graph/weights.ts";
import { ShapeError } from "../tensor/errors.ts";
import { formatShape, type Shape, sameShape, sizeOf } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { TrainingKernels } from "./gradients.ts";
import { batched, convolutionOf, separateActivations } from "./trainingGraph.ts";

/** A step, and how a tier implements it; null changes a value's shape. */
export interface TapeStep extends Step {
  readonly make: <K>(tier: TrainingKernels<K>, weights: Weights) => K | null;
}

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
  /** Names of weights that are inputs of the schedule; the others are read when a step is made. */
  readonly given: readonly string[];
  /** The gradient of a weight: a value, and the first element in it. */
  readonly gradients: ReadonlyMap<string, { readonly value: string; readonly begin: number }>;
  readonly moments: readonly KeptMoments[];
}

/**
 * @param graph ends in scores [1, classes], or in a softmax of them
 * @param n     images of a batch
 * @throws ShapeError if it does not, or if an operation has no gradient here
 */
export function tapeOf(graph: Graph, n: number): Tape {
  const { nodes, input, output } = separateActivations(batched(graph, n));
  const last = nodes.find(({ name }) => name === output);
  const scores = last?.op === "softmax" ? last.inputs[0] : output;
  const used = last?.op === "softmax" ? nodes.filter((node) => node !== last) : nodes;
  const shape = used.find(({ name }) => name === scores)?.outputShape;
  if (shape?.length !== 2) {
    throw new ShapeError(
      `training: ${graph.name} ends in ${shape ? formatShape(shape) : "its input"}, needs n×classes`,
    );
  }

  const steps: TapeStep[] = [];
  const given: { name: string; shape: Shape }[] = [];
  const gradients = new Map<string, { value: string; begin: number }>();
  const moments: KeptMoments[] = [];
  const shapes = new Map<string, Shape>([[input.name, input.shape]]);
  const step = (
    name: string,
    inputs: readonly string[],
    outputShape: Shape,
    make: TapeStep["make"],
    seenAs: readonly (Shape | undefined)[] = [],
    op = "compute",
  ): string => {
    if (shapes.has(name))
      throw new ShapeError(`training: ${graph.name} has a node ${name}, a name that training needs`);
    const inputShapes = inputs.map((value, i) => seenAs[i] ?? (shapes.get(value) as Shape));
    steps.push({ name, op, inputs, inputShapes, outputShape, make });
    shapes.set(name, outputShape);
    return name;
  };
  const give = (name: string, shape: Shape): string => {
    given.push({ name, shape });
    shapes.set(name, shape);
    return name;
  };

  for (const node of used) forward(node);
  const targets = give("∂targets", shape);
  const losses = step("∂losses", [scores, targets], [shape[0]], (tier) => tier.gradients.crossEntropy());

  /** Parts of values' gradients, from the nodes processed so far. */
  const parts = new Map<string, string[]>();
  const addPart = (value: string, part: string): void => {
    if (value === input.name) return; // the image's gradient is not needed
    parts.set(value, [...(parts.get(value) ?? []), part]);
  };
  addPart(
    scores,
    step(`∂${scores}`, [scores, targets], shape, (tier) => tier.gradients.crossEntropyInput()),
  );
  for (const node of [...used].reverse()) {
    const [first, ...others] = parts.get(node.name) ?? [];
    if (first === undefined) continue; // the loss does not depend on it
    const dy = others.reduce(
      (sum, part, i) =>
        step(`∂${node.name}+${i}`, [sum, part], node.outputShape, (tier) =>
          tier.forward.add(node.outputShape, node.outputShape, node.outputShape),
        ),
      first,
    );
    backward(node, dy);
  }
  const kept = [...gradients.values(), ...moments].map(({ value }) => value);
  const outputs = [...new Set([scores, losses, ...kept])];
  return {
    schedule: {
      inputs: [input, ...given],
      steps,
      outputs: outputs.map((name) => ({ name, shape: shapes.get(name) as Shape })),
    },
    input: input.name,
    targets,
    scores,
    losses,
    given: given.map(({ name }) => name).filter((name) => name !== targets),
    gradients,
    moments,
  };

  function forward(node: GraphNode): void {
    if (node.op !== "batchNormalization") {
      const make: TapeStep["make"] = (tier, weights) =>
        kernelOf(tier.forward, node, (role) => weights.get(node.weights[role]?.name) ?? null);
      step(node.name, node.inputs, node.outputShape, make, [], node.op);
      return;
    }
    const { weights, outputShape, epsilon } = node;
    const [x] = node.inputs;
    const [C] = weights.mean.shape;
    const value = step(`∂${node.name}/moments`, [x], [2, C], (tier) => tier.gradients.moments(outputShape));
    const rows = sizeOf(outputShape.slice(0, -1));
    moments.push({ mean: weights.mean.name, variance: weights.variance.name, value, rows });
    const [scale, bias] = [weights.scale, weights.bias].map(({ name, shape }) => give(name, shape));
    step(node.name, [x, value, scale, bias], outputShape, (tier) => tier.gradients.normalize(outputShape, epsilon));
  }

  /** Passes the gradient dy of a node's output on to its inputs and weights. */
  function backward(node: GraphNode, dy: string): void {
    const { inputs, inputShapes, outputShape } = node;
    const [x] = inputs;
    const [xShape] = inputShapes;
    const named = (value: string) => `∂${value}←${node.name}`;
    const toInput = (
      values: readonly string[],
      make: TapeStep["make"],
      seenAs?: readonly (Shape | undefined)[],
    ): void => addPart(x, step(named(x), values, xShape, make, seenAs));
    if (isLinear(node)) {
      linear(node, dy);
      return;
    }
    switch (node.op) {
      case "batchNormalization": {
        const { scale, bias } = node.weights;
        const m = `∂${node.name}/moments`;
        const [C] = scale.shape;
        const sums = step(`∂${node.name}/parameters`, [x, m, dy], [2, C], (tier) =>
          tier.gradients.normalizeParameters(outputShape, node.epsilon),
        );
        gradients.set(scale.name, { value: sums, begin: 0 });
        gradients.set(bias.name, { value: sums, begin: C });
        toInput([x, m, scale.name, sums, dy], (tier) => tier.gradients.normalizeInput(outputShape, node.epsilon));
        return;
      }
      case "activation":
        toInput([x, dy], (tier) => tier.gradients.activation(outputShape, node.activation));
        return;
      case "maxPool2d":
        toInput([x, dy], (tier) => tier.gradients.maxPool2d(node.geometry));
        return;
      case "averagePool2d":
      case "globalAveragePool2d":
        toInput([dy], (tier) => tier.gradients.averagePool2d(node.geometry, node.countIncludePad));
        return;
      case "softmax":
        toInput([node.name, dy], (tier) => tier.gradients.softmax(outputShape));
        return;
      case "reshape":
        addPart(
          x,
          step(named(x), [dy], xShape, () => null, [], "reshape"),
        );
        return;
      case "pad": {
        const begin = node.pads.map(([before]) => before);
        toInput([dy], (tier) => tier.gradients.slice(begin, xShape));
        return;
      }
      case "concat": {
        let at = 0;
        inputs.forEach((value, i) => {
          const begin = outputShape.map((_, axis) => (axis === node.axis ? at : 0));
          const shape = inputShapes[i];
          at += shape[node.axis];
          addPart(
            value,
            step(`${named(value)}.${i}`, [dy], shape, (tier) => tier.gradients.slice(begin, shape)),
          );
        });
        return;
      }
      case "transpose":
      case "clamp":
      case "hardSigmoid":
        throw new ShapeError(`train: ${node.name} is a ${node.op}, which has no gradient here`);
      case "add":
      case "mul":
        inputs.forEach((value, i) => {
          let part = dy;
          if (node.op === "mul") {
            const other = 1 - i;
            part = step(`${named(value)}·${i}`, [dy, inputs[other]], outputShape, (tier) =>
              tier.forward.mul(outputShape, inputShapes[other], outputShape),
            );
          }
          const shape = inputShapes[i];
          if (!sameShape(shape, outputShape)) {
            part = step(`${named(value)}Σ${i}`, [part], shape, (tier) => tier.gradients.broadcast(shape, outputShape));
          }
          addPart(value, part);
        });
    }
  }

  function linear(node: GraphNode, dy: string): void {
    const [x] = node.inputs;
    const { filter, bias } = node.weights;
    const seen = convolutionOf(node);
    const dyShape = outputShape(seen.geometry);
    const own = (weights: Weights): Tensor => (weights.get(filter.name) as Tensor).reshape(seen.filter);
    const dw = step(`∂${filter.name}`, [x, dy], seen.filter, (tier) => tier.gradients.conv2dFilter(seen.geometry), [
      seen.input,
      dyShape,
    ]);
    gradients.set(filter.name, { value: dw, begin: 0 });
    if (bias) {
      const db = step(`∂${bias.name}`, [dy], bias.shape, (tier) => tier.gradients.bias(dyShape));
      gradients.set(bias.name, { value: db, begin: 0 });
    }
    if (x === input.name) return;
    const make: TapeStep["make"] = (tier, weights) => tier.gradients.conv2dInput(seen.geometry, own(weights));
    const dx = step(`∂${x}←${node.name}`, [dy], seen.input, make, [dyShape]);
    shapes.set(dx, node.inputShapes[0]);
    addPart(x, dx);
  }
}
