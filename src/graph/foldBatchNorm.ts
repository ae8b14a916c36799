/** @file A pass: folds batch normalisation with fixed statistics into the convolution before it. */
import { ShapeError } from "../tensor/errors.ts";
import { areFinite } from "../tensor/finite.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { Weight } from "../tensor/weight.ts";
import { type BatchNormNode, type Graph, type GraphNode, isLinear, type LinearNode } from "./graph.ts";
import { readGraph } from "./readGraph.ts";
import { mergePairs } from "./rewrite.ts";
import { checkTensors, sharedWeights, type Weights } from "./weights.ts";

/**
 * Folds each batch normalisation with fixed statistics into the convolution or dense layer before it:
 *
 *   (w · x + b - mean) / √(variance + ε) · scale + bias  =  (w·s) · x + (b - mean)·s + bias
 *   s = scale / √(variance + ε)
 *
 * A pure function: graph and weights are not changed. Computed in float64, rounded once.
 *
 * If a folded weight would not be finite, for example after a division by zero, the normalisation stays: 0 · ∞ in the
 * filter would turn its result, finite or ±∞, into NaN. It also stays if another node uses one of the weights.
 *
 * @returns the graph without the normalisations that follow a convolution or dense layer, and its weights
 * @throws ShapeError if the graph is invalid or lacks a weight of a folded layer
 *
 * @example
 * const graph = mobilenetV1();
 * const folded = foldBatchNorm(graph, randomWeights(graph, 1));
 * folded.graph.nodes.some(({ op }) => op === "batchNormalization"); // false
 */
export function foldBatchNorm<W extends Weight = Tensor>(
  graph: Graph,
  weights: Weights<W>,
): { readonly graph: Graph; readonly weights: Weights<W> } {
  const own = readGraph("foldBatchNorm", graph);
  checkTensors("foldBatchNorm", weights);
  return folded(own, weights) as { readonly graph: Graph; readonly weights: Weights<W> };
}

/** Does the same for a validated graph and weights. */
export function folded(
  graph: Graph,
  weights: Weights<Weight>,
): { readonly graph: Graph; readonly weights: Weights<Weight> } {
  const changed = new Map<string, Weight>(weights);
  const shared = sharedWeights(graph);
  const isShared = (node: GraphNode): boolean => Object.values(node.weights).some(({ name }) => shared.has(name));
  const result = mergePairs(graph, (first, second) => {
    if (second.op !== "batchNormalization" || !isLinear(first) || first.activation !== "none") return null;
    if (isShared(first) || isShared(second)) return null;
    return fold(first, second, changed);
  });
  return { graph: result, weights: changed };
}

/**
 * Multiplies the weights of each output channel by its factor. The channel, (c, m) for depthwise filters, is the last
 * axis of a filter; in a transposed convolution's, [kh, kw, c / groups, o], it is the last but one, within its group.
 */
function scaleOutputs(node: LinearNode, data: Float32Array, factors: Float64Array): void {
  const { length } = factors;
  if (node.op !== "convTranspose2d") {
    for (let row = 0; row < data.length; row += length) {
      for (let c = 0; c < length; c++) data[row + c] *= factors[c];
    }
    return;
  }
  const { C, G, O } = node.geometry;
  const [perGroup, inputs] = [C / G, O / G];
  for (let i = 0; i < data.length; i++) {
    data[i] *= factors[Math.floor((i % O) / inputs) * perGroup + (Math.floor(i / O) % perGroup)];
  }
}

/** scale / √(variance + ε): the factor by which the normalisation multiplies each channel. */
export function foldingFactors(scale: Float32Array, variance: Float32Array, epsilon: number): Float64Array {
  return Float64Array.from(scale, (factor, c) => factor / Math.sqrt(variance[c] + epsilon));
}

function fold(node: LinearNode, norm: BatchNormNode, weights: Map<string, Weight>): LinearNode | null {
  const take = (spec: { name: string }): Tensor => {
    const tensor = weights.get(spec.name) as Tensor | undefined;
    if (tensor === undefined) throw new ShapeError(`foldBatchNorm: weight ${spec.name} is missing`);
    return tensor;
  };
  const channels = norm.weights.mean.shape;
  const numbersOf = (spec: { name: string }): Float32Array => take(spec).toFloat32Array();
  const [mean, variance, scale, shift] = ["mean", "variance", "scale", "bias"].map((role) =>
    numbersOf(norm.weights[role]),
  );
  const old = node.weights.bias ? numbersOf(node.weights.bias) : new Float32Array(channels[0]);
  const factors = foldingFactors(scale, variance, norm.epsilon);

  const filter = take(node.weights.filter).copy();
  const { data } = filter;
  scaleOutputs(node, data, factors);
  const bias = Tensor.zeros(channels);
  for (let c = 0; c < channels[0]; c++) bias.data[c] = (old[c] - mean[c]) * factors[c] + shift[c];
  if (!areFinite(data) || !areFinite(bias.data)) return null;

  for (const spec of Object.values(norm.weights)) weights.delete(spec.name);
  const biasSpec = node.weights.bias ?? { name: `${node.name}/bias`, shape: channels };
  weights.set(node.weights.filter.name, filter);
  weights.set(biasSpec.name, bias);
  return { ...node, weights: { ...node.weights, bias: biasSpec } };
}
