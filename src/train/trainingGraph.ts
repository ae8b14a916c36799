/** @file Prepares graphs for training: makes activations separate nodes, and treats layers as convolutions. */

import { type Conv2dGeometry, conv2dGeometry } from "../geometry/conv2d.ts";
import type { Graph, GraphNode } from "../graph/graph.ts";
import { isConv, isLinear } from "../graph/graph.ts";
import type { Shape } from "../tensor/shape.ts";

/** Splits activations off convolutions and dense layers: an activation's gradient needs the sums before it. */
export function separateActivations(graph: Graph): Graph {
  const nodes = graph.nodes.flatMap((node): GraphNode[] => {
    if (!isLinear(node) || node.activation === "none") return [node];
    const { name, activation, outputShape } = node;
    const sums = `${name}/sums`;
    const activated: GraphNode = {
      op: "activation",
      name,
      activation,
      inputs: [sums],
      inputShapes: [outputShape],
      outputShape,
      weights: {},
    };
    return [{ ...node, name: sums, activation: "none" }, activated];
  });
  return { ...graph, nodes };
}

/** The convolution equivalent to a linear node, and the shapes of filter and input as a conv2d's. */
export function convolutionOf(node: GraphNode): {
  readonly geometry: Conv2dGeometry;
  readonly filter: Shape;
  readonly input: Shape;
} {
  if (!isLinear(node) || node.op === "convTranspose2d") throw new Error(`${node.name} is no convolution`);
  const [I, O] = node.weights.filter.shape.slice(-2);
  if (isConv(node)) {
    const { geometry } = node;
    const { KH, KW, C, G } = geometry;
    return { geometry, filter: [KH, KW, C / G, geometry.O], input: [geometry.N, geometry.H, geometry.W, C] };
  }
  // A dense layer is a pointwise convolution of an image one column wide.
  const input = [1, node.inputShapes[0][0], 1, I];
  return { geometry: conv2dGeometry(input, [1, 1, I, O]), filter: [1, 1, I, O], input };
}
