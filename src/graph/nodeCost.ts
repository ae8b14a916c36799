/** @file Costs of one graph node. */
import { type AlgorithmCost, algorithmCost } from "../geometry/algorithmCost.ts";
import { conv2dMacs } from "../geometry/conv2d.ts";
import { ELEMENT_BYTES, type ElementType } from "../tensor/elementType.ts";
import type { QuantizedLevels } from "../tensor/quantizedTensor.ts";
import { type Shape, sizeOf } from "../tensor/shape.ts";
import { type GraphNode, isConv } from "./graph.ts";

/** Multiply-accumulates for one image: of convolutions, dense layers and matrix products only. */
export function nodeMacs(node: GraphNode): number {
  if (isConv(node) || node.op === "convTranspose2d") return conv2dMacs(node.geometry);
  if (node.op === "matmul") return sizeOf(node.outputShape) * node.inputShapes[0][node.inputShapes[0].length - 1];
  return node.op === "dense" ? sizeOf(node.weights.filter.shape) * node.outputShape[0] : 0;
}

/** Multiplications for one image: the node's MACs, or fewer with Winograd's method. */
export function nodeProducts(node: GraphNode): number {
  return costOf(node)?.products.multiplications ?? nodeMacs(node);
}

/** Bytes of intermediate numbers that the node writes and reads: transformed pixels and products. */
export function scratchBytes(node: GraphNode): number {
  return (costOf(node)?.scratchElements ?? 0) * ELEMENT_BYTES.float32;
}

/** The cost of a convolution that is not computed directly; null for other nodes. */
function costOf(node: GraphNode): AlgorithmCost | null {
  return isConv(node) && node.algorithm !== undefined ? algorithmCost(node.geometry, node.algorithm) : null;
}

/** Elements of all the node's weights. */
export function nodeWeights(node: GraphNode): number {
  return Object.values(node.weights).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

/**
 * Bytes of all the node's weights, integers as such; their scales are not counted. Of a transformed filter, the bytes
 * after the transform.
 */
export function weightBytes(node: GraphNode): number {
  const transformed = costOf(node);
  if (transformed !== null) {
    const { filter } = node.weights;
    return (nodeWeights(node) - sizeOf(filter.shape) + transformed.filterElements) * ELEMENT_BYTES.float32;
  }
  return Object.values(node.weights).reduce((sum, { shape, quantization }) => {
    return sum + sizeOf(shape) * ELEMENT_BYTES[quantization?.type ?? "float32"];
  }, 0);
}

/** Bytes of all the node's inputs. */
export function inputBytes({ inputShapes, quantization }: GraphNode): number {
  return inputShapes.reduce((sum, shape, i) => sum + bytesOf(shape, quantization?.inputs[i]), 0);
}

export function outputBytes({ outputShape, quantization }: GraphNode): number {
  return bytesOf(outputShape, quantization?.output);
}

function bytesOf(shape: Shape, levels: QuantizedLevels | null | undefined): number {
  return sizeOf(shape) * ELEMENT_BYTES[levels?.type ?? "float32"];
}

/** Bytes of weights, inputs and output, and twice the intermediate numbers, which are written and read again. */
export function nodeBytes(node: GraphNode): number {
  return weightBytes(node) + inputBytes(node) + outputBytes(node) + 2 * scratchBytes(node);
}

/** The type that a node computes with: that of its first input. */
export function typeOfNode({ quantization }: GraphNode): ElementType {
  return quantization?.inputs[0]?.type ?? "float32";
}
