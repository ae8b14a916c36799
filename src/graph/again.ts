/** @file A node rebuilt on other inputs, with the same weights. */
import { ShapeError } from "../tensor/errors.ts";
import { formatShape, type Shape, sameShape } from "../tensor/shape.ts";
import type { builderOf } from "./builder.ts";
import type { GraphNode } from "./graph.ts";
import type { Value } from "./methods/value.ts";
import { withWeightNames } from "./names.ts";

export type Made = ReturnType<typeof builderOf>;

/** Appends a node as it is; its weights keep their names. */
export function appendNamed({ again, nodes }: Made, node: GraphNode): void {
  again(node);
  const last = nodes.length - 1;
  nodes[last] = withWeightNames(nodes[last], node);
}

/**
 * Appends a node again, for inputs that may have other extents. Padding keeps its size in pixels; a pool over the whole
 * image remains one, and so does a reshape that changes nothing.
 *
 * @throws ShapeError if it does not fit, or would need weights of another shape
 */
export function appendAgain(
  { builder, nodes, again }: Made,
  node: GraphNode,
  inputs: readonly Value[] = node.inputs,
): void {
  const { weights } = node;
  again({ ...forInput(node, builder.shapeOf(inputs[0])), inputs });
  const last = nodes.length - 1;
  const made = nodes[last].weights;
  const other = Object.keys(made).find((role) => !sameShape(made[role].shape, weights[role].shape));
  if (other !== undefined) {
    const [found, needed] = [weights, made].map((specs) => formatShape(specs[other].shape));
    throw new ShapeError(`the ${other} of ${node.name} is ${found}, needs ${needed}`);
  }
  nodes[last] = { ...nodes[last], weights };
}

function forInput(node: GraphNode, shape: Shape): GraphNode {
  const [, H, W] = shape;
  if (node.op === "reshape" && sameShape(node.inputShapes[0], node.outputShape)) return { ...node, outputShape: shape };
  if (node.op !== "maxPool2d" && node.op !== "averagePool2d") return node;
  const { windowDimensions, inputShapes } = node;
  return sameShape(windowDimensions, inputShapes[0].slice(1, 3)) ? { ...node, windowDimensions: [H, W] } : node;
}
