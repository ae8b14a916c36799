/** @file Counts a network's MACs, parameters and bytes, layer by layer, from the graph. */
import type { ConvAlgorithm } from "../geometry/winograd.ts";
import { type Graph, type GraphNode, isConv, isDepthwiseConv, isLinear } from "../graph/graph.ts";
import {
  inputBytes,
  nodeMacs,
  nodeProducts,
  nodeWeights,
  outputBytes,
  scratchBytes,
  typeOfNode,
  weightBytes,
} from "../graph/nodeCost.ts";
import { readGraph } from "../graph/readGraph.ts";
import type { ElementType } from "../tensor/elementType.ts";
import { type Shape, sizeOf } from "../tensor/shape.ts";

/** Kind of layer. "conv" is a standard, grouped or transposed convolution; "other" has neither weights nor windows. */
export type LayerKind = "conv" | "depthwise" | "pointwise" | "dense" | "matmul" | "pool" | "other";

/** Three ways to count parameters, all in use: papers use the first, PyTorch the second, Keras the third. */
export interface ParameterCounts {
  /** Weights and biases of convolutions and dense layers. */
  readonly withoutBatchNorm: number;
  /** With batch norm's scale and bias: 2 per channel. */
  readonly trainable: number;
  /** With its mean and variance too: 4 per channel. */
  readonly stored: number;
}

/** A node that does work, with the batch norm and activation that follow it. */
export interface LayerCost {
  readonly name: string;
  /** Names of its nodes, in order. */
  readonly nodes: readonly string[];
  /** Names of the layers and graph inputs that it reads. */
  readonly inputs: readonly string[];
  readonly kind: LayerKind;
  /** The first input's. */
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  /** Taps of the window, [h, w]; null without a window. */
  readonly kernel: readonly [number, number] | null;
  readonly strides: readonly [number, number] | null;
  /** Groups of a convolution; null for other layers. */
  readonly groups: number | null;
  readonly macs: number;
  /** Products that it computes: its MACs, or fewer with Winograd's method. */
  readonly products: number;
  /** How it is computed. */
  readonly algorithm: ConvAlgorithm;
  /** Elements of the filter. */
  readonly weights: number;
  readonly parameters: ParameterCounts;
  /** The type that it computes with. */
  readonly type: ElementType;
  /** Bytes of everything stored, in its type, with filters in the form in use; scales of integers are not counted. */
  readonly weightBytes: number;
  readonly inputBytes: number;
  readonly outputBytes: number;
  /** Bytes of what else it writes and reads again: transformed pixels and products of Winograd's method. */
  readonly scratchBytes: number;
}

/** Sums over all layers. */
export interface Totals {
  readonly macs: number;
  /** Products that are computed: the MACs, or fewer with Winograd's method. */
  readonly products: number;
  readonly parameters: ParameterCounts;
  readonly weightBytes: number;
  /** The outputs of all layers. */
  readonly activationBytes: number;
}

/** One row of the MobileNet paper's Table 2. */
export interface KindShare {
  readonly kind: LayerKind;
  readonly layers: number;
  readonly macs: number;
  /** Of the total, 0 to 1. */
  readonly macsShare: number;
  /** Elements of filters: no biases, no batch norm, as in the paper. */
  readonly weights: number;
  readonly weightsShare: number;
}

/** The work of a network in one element type. */
export interface TypeShare {
  readonly type: ElementType;
  readonly layers: number;
  readonly macs: number;
  /** Of the total, 0 to 1. */
  readonly macsShare: number;
  readonly weightBytes: number;
}

/** A network counted, layer by layer, for one image. */
export interface Analysis {
  readonly name: string;
  readonly layers: readonly LayerCost[];
  readonly total: Totals;
  /** Shares by kind of layer, in descending order of MACs; kinds without MACs are left out. */
  readonly byKind: readonly KindShare[];
  /** By the type that layers compute with, in descending order of MACs. */
  readonly byType: readonly TypeShare[];
}

/**
 * Counts a graph, for one image.
 *
 * MACs are those of convolutions, dense layers and matrix products, positions over padding included; bias, batch norm,
 * activations, pooling and additions are not counted. This rule reproduces the MobileNet papers.
 *
 * @throws ShapeError if the graph is invalid
 *
 * @example
 * const cost = analyze(mobilenetV1());
 * cost.total.macs;                 // 568740352
 * cost.total.parameters.trainable; // 4231976
 */
export function analyze(graph: Graph): Analysis {
  return costOf(readGraph("analyze", graph));
}

/** Does the same for a validated graph. */
export function costOf(graph: Graph): Analysis {
  const layers: LayerCost[] = [];
  const layerOf = new Map<string, number>();
  for (const node of graph.nodes) {
    const home = layerOf.get(node.inputs[0]);
    if (home !== undefined && (node.op === "batchNormalization" || node.op === "activation")) {
      layers[home] = join(layers[home], node);
      layerOf.set(node.name, home);
    } else {
      layerOf.set(node.name, layers.length);
      const inputs = node.inputs.map((name) => layers[layerOf.get(name) ?? -1]?.name ?? name);
      layers.push(layerCost(node, inputs));
    }
  }
  const total = {
    macs: sum(layers, (layer) => layer.macs),
    products: sum(layers, (layer) => layer.products),
    parameters: sumParameters(layers.map((layer) => layer.parameters)),
    weightBytes: sum(layers, (layer) => layer.weightBytes),
    activationBytes: sum(layers, (layer) => layer.outputBytes),
  };
  return { name: graph.name, layers, total, byKind: shares(layers), byType: typeShares(layers) };
}

function layerCost(node: GraphNode, inputs: readonly string[]): LayerCost {
  const [inputShape] = node.inputShapes;
  const window = "geometry" in node ? node.geometry : null;
  return {
    name: node.name,
    nodes: [node.name],
    inputs,
    kind: kindOf(node),
    inputShape,
    outputShape: node.outputShape,
    kernel: window && [window.KH, window.KW],
    strides: window && [window.strideH, window.strideW],
    groups: isConv(node) ? node.geometry.G : null,
    macs: nodeMacs(node),
    products: nodeProducts(node),
    algorithm: (isConv(node) && node.algorithm) || "direct",
    weights: isLinear(node) ? sizeOf(node.weights.filter.shape) : 0,
    parameters: parametersOf(node),
    type: typeOfNode(node),
    weightBytes: weightBytes(node),
    inputBytes: inputBytes(node),
    outputBytes: outputBytes(node),
    scratchBytes: scratchBytes(node),
  };
}

/** Adds a batch norm or activation, which works in place, to a layer. */
function join(layer: LayerCost, node: GraphNode): LayerCost {
  return {
    ...layer,
    nodes: [...layer.nodes, node.name],
    parameters: sumParameters([layer.parameters, parametersOf(node)]),
    weightBytes: layer.weightBytes + weightBytes(node),
  };
}

function kindOf(node: GraphNode): LayerKind {
  if (isConv(node)) {
    const { G, KH, KW } = node.geometry;
    if (isDepthwiseConv(node)) return "depthwise";
    return node.op === "pointwiseConv2d" || (G === 1 && KH === 1 && KW === 1) ? "pointwise" : "conv";
  }
  if (node.op === "convTranspose2d") return "conv";
  if (node.op === "dense" || node.op === "matmul") return node.op;
  return "geometry" in node ? "pool" : "other";
}

function parametersOf(node: GraphNode): ParameterCounts {
  const all = nodeWeights(node);
  if (node.op !== "batchNormalization") return { withoutBatchNorm: all, trainable: all, stored: all };
  return { withoutBatchNorm: 0, trainable: all / 2, stored: all }; // batch norm: scale, bias | mean, variance
}

/** part / whole; 0 if the whole is 0, which may also be a time too short for the clock. */
export function shareOf(part: number, whole: number): number {
  return whole > 0 ? part / whole : 0;
}

export function sumParameters(counts: readonly ParameterCounts[]): ParameterCounts {
  return {
    withoutBatchNorm: sum(counts, (count) => count.withoutBatchNorm),
    trainable: sum(counts, (count) => count.trainable),
    stored: sum(counts, (count) => count.stored),
  };
}

function shares(layers: readonly LayerCost[]): readonly KindShare[] {
  const allMacs = sum(layers, (layer) => layer.macs);
  const allWeights = sum(layers, (layer) => layer.weights);
  return [...new Set(layers.map((layer) => layer.kind))]
    .map((kind) => {
      const own = layers.filter((layer) => layer.kind === kind);
      const macs = sum(own, (layer) => layer.macs);
      const weights = sum(own, (layer) => layer.weights);
      return { kind, layers: own.length, macs, macsShare: macs / allMacs, weights, weightsShare: weights / allWeights };
    })
    .filter(({ macs }) => macs > 0)
    .sort((a, b) => b.macs - a.macs);
}

function typeShares(layers: readonly LayerCost[]): readonly TypeShare[] {
  const allMacs = sum(layers, (layer) => layer.macs);
  return [...new Set(layers.map((layer) => layer.type))]
    .map((type) => {
      const own = layers.filter((layer) => layer.type === type);
      const macs = sum(own, (layer) => layer.macs);
      const bytes = sum(own, (layer) => layer.weightBytes);
      return { type, layers: own.length, macs, macsShare: shareOf(macs, allMacs), weightBytes: bytes };
    })
    .sort((a, b) => b.macs - a.macs);
}

/** Sums a value over items. */
export function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}
