/**
 * What is timed: two networks of MobileNetV1 and four of its family, and eight layers, each as a graph with its
 * weights.
 */
import {
  foldBatchNorm,
  fuseActivation,
  graphBuilder,
  loadModel,
  mobilenetV1,
  mobilenetV2,
  mobilenetV3Small,
  mobilenetV4,
  random,
  randomTensor,
  randomWeights,
} from "../../dist/index.js";
import { integerNetwork } from "./integerNetwork.mjs";

const SEED = 1;

/** Batch norm is folded for everybody: the engines get the same filters and biases. */
function folded(graph, given = randomWeights(graph, SEED)) {
  const { graph: plain, weights } = foldBatchNorm(graph, given);
  return { graph: fuseActivation(plain), weights };
}

function layer(name, shape, op, spec) {
  const g = graphBuilder(name, shape);
  return folded(g.build(g[op](g.input, { name: "layer", padding: "same", activation: "relu6", ...spec })));
}

const depthwise = (H, C, strides = 1) =>
  layer(`depthwise 3×3, ${H}×${H}×${C}${strides > 1 ? `, stride ${strides}` : ""}`, [1, H, H, C], "depthwiseConv2d", {
    strides,
  });
const pointwise = (H, C, outputs) =>
  layer(`pointwise, ${H}×${H}×${C} → ${outputs}`, [1, H, H, C], "pointwiseConv2d", { outputs });
const standard = (H, C, outputs, strides = 1) =>
  layer(
    `standard 3×3, ${H}×${H}×${C} → ${outputs}${strides > 1 ? `, stride ${strides}` : ""}`,
    [1, H, H, C],
    "conv2d",
    { outputs, strides },
  );

export const NETWORKS = [folded(mobilenetV1()), folded(mobilenetV1({ alpha: 0.25 }))];
/** Only for the engines that have a chance: jax-js here runs chains of layers, and two are slow. */
export const FAMILY = [
  mobilenetV2(),
  mobilenetV2({ alpha: 0.35 }),
  mobilenetV3Small(),
  mobilenetV4({ size: "small", padding: "same" }),
].map((graph) => ({ ...folded(graph), isFamily: true }));
export const LAYERS = [
  depthwise(112, 64, 2),
  depthwise(56, 128),
  depthwise(14, 512),
  pointwise(56, 128, 128),
  pointwise(14, 512, 512),
  pointwise(7, 1024, 1024),
  standard(224, 3, 32, 2),
  standard(14, 512, 512),
];
/** All of them, in the order in which they are measured and told apart by number. */
export const WORKLOADS = [...NETWORKS, ...FAMILY, ...LAYERS];
/** Networks of int8, and the same in float32. */
const INTEGERS_OF = [mobilenetV1(), mobilenetV2()];
export const INTEGERS = INTEGERS_OF.map((graph) => integerNetwork(graph));
/** A workload by its number, a network of int8 or what it was made of, or that of a model file. */
export async function workloadOf(value) {
  if (typeof value === "number") return WORKLOADS[value];
  if (value.integers !== undefined) return INTEGERS[value.integers];
  if (value.float !== undefined) return folded(INTEGERS_OF[value.float]);
  const { graph, weights } = await loadModel(value);
  return folded(graph, weights);
}

export const imageFor = (graph) => randomTensor(graph.input.shape, random(SEED + 1));
