/** @file A graph for images of another size, with the same weights. */
import { checkPair, type Pair } from "../geometry/padding.ts";
import { ShapeError } from "../tensor/errors.ts";
import { formatShape, type Shape, sameShape } from "../tensor/shape.ts";
import { builderOf } from "./builder.ts";
import type { Graph, GraphNode } from "./graph.ts";
import { operationOf } from "./operations.ts";
import { readGraph } from "./readGraph.ts";

/**
 * Builds a graph again for images of another size, with the same weights. Padding stays what it is in pixels; a pool
 * over the whole image stays one.
 *
 * @param graph of one input, [1, h, w, c]
 * @param resolution its rows and columns, n or [h, w]
 * @throws ShapeError if the network does not take that size: a layer does not fit, or would need other weights
 *
 * @example atResolution(mobilenetV1(), [160, 224]).input.shape; // [1, 160, 224, 3]
 */
export function atResolution(graph: Graph, resolution: Pair): Graph {
  const [H, W] = checkPair("atResolution", "resolution", resolution, 1);
  const own = readGraph("atResolution", graph);
  const { name, inputs, nodes, outputs } = own;
  const [{ name: input, shape }] = inputs;
  if (inputs.length > 1 || shape.length !== 4) {
    throw new ShapeError(
      `atResolution: ${name} takes ${inputs.map((one) => formatShape(one.shape)).join(", ")}, needs one image`,
    );
  }
  const again = builderOf(name, [{ name: input, shape: [1, H, W, shape[3]] }]);
  for (const [i, node] of nodes.entries()) {
    try {
      operationOf(node).again(again.builder, forInput(node, again.builder.shapeOf(node.inputs[0])));
    } catch (error) {
      throw new ShapeError(`atResolution: ${name} does not take ${H}×${W} images: ${(error as Error).message}`);
    }
    const { weights } = again.nodes[i];
    const other = Object.keys(weights).find((role) => !sameShape(weights[role].shape, node.weights[role].shape));
    if (other !== undefined) {
      const [found, needed] = [node, again.nodes[i]].map((one) => formatShape(one.weights[other].shape));
      throw new ShapeError(
        `atResolution: ${name} does not take ${H}×${W} images: the ${other} of ${node.name} is ${found}, needs ${needed}`,
      );
    }
    again.nodes[i] = { ...again.nodes[i], weights: node.weights };
  }
  return again.build(outputs.map((output) => [output, output]));
}

/** The node for another input: a pool over the whole image stays one, and a reshape that changes nothing too. */
function forInput(node: GraphNode, shape: Shape): GraphNode {
  const [, H, W] = shape;
  if (node.op === "reshape" && sameShape(node.inputShapes[0], node.outputShape)) return { ...node, outputShape: shape };
  if (node.op !== "maxPool2d" && node.op !== "averagePool2d") return node;
  const { windowDimensions, inputShapes } = node;
  return sameShape(windowDimensions, inputShapes[0].slice(1, 3)) ? { ...node, windowDimensions: [H, W] } : node;
}
