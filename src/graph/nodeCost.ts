/** @file Costs of one graph node. */
import { conv2dMacs } from "../geometry/conv2d.ts";
import { BYTES_PER_FLOAT } from "../geometry/cost.ts";
import { sizeOf } from "../tensor/shape.ts";
import { type GraphNode, isConv } from "./graph.ts";

/** Multiply-accumulates for one image: of convolutions, dense layers and matrix products only. */
export function nodeMacs(node: GraphNode): number {
  if (isConv(node) || node.op === "convTranspose2d") return conv2dMacs(node.geometry);
  if (node.op === "matmul") return sizeOf(node.outputShape) * node.inputShapes[0][node.inputShapes[0].length - 1];
  return node.op === "dense" ? sizeOf(node.weights.filter.shape) * node.outputShape[0] : 0;
}

/** Elements of all the node's weights. */
export function nodeWeights(node: GraphNode): number {
  return Object.values(node.weights).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

/** Bytes of weights, inputs and output. */
export function nodeBytes(node: GraphNode): number {
  const values = [...node.inputShapes, node.outputShape].reduce((sum, shape) => sum + sizeOf(shape), 0);
  return BYTES_PER_FLOAT * (nodeWeights(node) + values);
}
