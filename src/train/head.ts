/**
 * @file Transfer learning: the body of a trained network stays fixed, and its output for each image, the features, is
 * computed once. Only a new last layer is trained, from features to classes.
 */

import { showingsOf } from "../data/dataset.ts";
import { graphBuilder } from "../graph/builder.ts";
import { type Graph, graphOf } from "../graph/graph.ts";
import type { NodeOf } from "../graph/operations/operation.ts";
import { realTensors } from "../graph/quantized/real.ts";
import { initialWeights, type Weights } from "../graph/weights.ts";
import { pacer } from "../runtime/pause.ts";
import type { Session } from "../session/session.ts";
import { ShapeError } from "../tensor/errors.ts";
import { Tensor } from "../tensor/tensor.ts";
import { gradientSession } from "./gradientSession.ts";
import { learningRateAt } from "./learningRate.ts";
import { optimizer } from "./optimizers.ts";
import { writeTarget } from "./targets.ts";

/** Splits a graph into its last layer, which must be dense, and the rest with its weights. */
export function bodyOf(
  graph: Graph,
  weights: Weights,
): { readonly graph: Graph; readonly weights: Map<string, Tensor>; readonly head: NodeOf<"dense"> } {
  const head = graph.nodes[graph.nodes.length - 1];
  if (graph.outputs.length > 1) {
    throw new ShapeError(`retrain: ${graph.name} has ${graph.outputs.length} outputs, needs one`);
  }
  if (head?.op !== "dense" || head.name !== graph.output) {
    throw new ShapeError(`retrain: ${graph.name} ends in ${head?.op ?? "its input"}, needs a dense layer`);
  }
  const dropped = new Set(Object.values(head.weights).map(({ name }) => name));
  return {
    graph: graphOf(graph.name, graph.inputs, graph.nodes.slice(0, -1), [head.inputs[0]]),
    weights: new Map([...realTensors("retrain", weights)].filter(([name]) => !dropped.has(name))),
    head,
  };
}

/** The same graph with another last layer: dense, with a bias and as many outputs as there are classes. */
export function withHead(graph: Graph, head: NodeOf<"dense">, classes: number): Graph {
  const { filter, bias = { name: `${head.name}/bias` } } = head.weights;
  const [features] = filter.shape;
  const weights = {
    filter: { name: filter.name, shape: [features, classes] },
    bias: { name: bias.name, shape: [classes] },
  };
  const nodes = [...graph.nodes.slice(0, -1), { ...head, weights, outputShape: [1, classes] }];
  return graphOf(graph.name, graph.inputs, nodes, graph.outputs);
}

/** Features of images, one run each. @param imageOf [1, h, w, c], ready to run @returns [n, features] */
export async function featuresOf(
  body: Session,
  count: number,
  imageOf: (i: number) => Tensor,
  onImage: (done: number) => void = () => {},
): Promise<Tensor> {
  const rows: Float32Array[] = [];
  const rest = pacer();
  for (let i = 0; i < count; i++) {
    rows.push((await body.run(imageOf(i))).data);
    await rest();
    onImage(i + 1);
  }
  const size = rows[0].length;
  const features = Tensor.zeros([count, size]);
  rows.forEach((row, i) => {
    features.data.set(row, i * size);
  });
  return features;
}

export interface HeadOptions {
  /** Default 100. */
  readonly epochs?: number;
  /** Default 1. */
  readonly seed?: number;
}

/** Max images per step, and AdamW's max learning rate. */
const BATCH = 32;
const LEARNING_RATE = 0.01;
const WEIGHT_DECAY = 0.01;

/**
 * Trains the last layer.
 *
 * @param features [n, features]
 * @param labels   the class of each row
 * @returns filter [features, classes] and bias [classes]; the same for the same seed
 */
export async function trainHead(
  features: Tensor,
  labels: ArrayLike<number>,
  classes: number,
  { epochs = 100, seed = 1 }: HeadOptions = {},
): Promise<{ readonly filter: Tensor; readonly bias: Tensor }> {
  const [count, size] = features.shape;
  const g = graphBuilder("head", [1, size]);
  const graph = g.build(g.dense(g.input, { name: "head", outputs: classes }));
  const weights = initialWeights(graph, seed);
  const batch = Math.min(BATCH, count);
  const session = await gradientSession(graph, weights, batch);
  const { update } = optimizer("adamw", { weightDecay: WEIGHT_DECAY }, new Map());
  const perEpoch = Math.floor(count / batch);
  const { input, targets } = session;
  const wanted = targets.data.subarray(targets.offset, targets.offset + targets.size);
  const rest = pacer();
  for (let epoch = 0; epoch < epochs; epoch++) {
    const showings = showingsOf(count, seed, epoch, { shift: 0, flip: false });
    for (let i = 0; i < perEpoch; i++) {
      showings.slice(i * batch, (i + 1) * batch).forEach(({ image }, row) => {
        input.data.set(features.data.subarray(image * size, (image + 1) * size), input.offset + row * size);
        writeTarget(wanted, row, classes, labels[image], 0.05);
      });
      await session.run();
      await rest();
      const step = epoch * perEpoch + i;
      update(step + 1, learningRateAt(step, epochs * perEpoch, LEARNING_RATE, perEpoch), weights, session.gradients);
    }
  }
  session.dispose();
  return { filter: weights.get("head/filter") as Tensor, bias: weights.get("head/bias") as Tensor };
}
