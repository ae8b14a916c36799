/**
 * @file The builder: a network is written as a function that calls its methods.
 *
 * Every method checks its operands and options like the eager operation of the same name, has the same defaults, infers
 * the result's shape, and returns the new value's name.
 */
import type { Shape } from "../tensor/shape.ts";
import { type GraphInput, type GraphNode, graphOf } from "./graph.ts";
import { type NodeList, nodeList } from "./nodeList.ts";
import { OPERATIONS } from "./operations.ts";
import type { GraphBuilder } from "./specs.ts";

/**
 * Starts a graph.
 *
 * @param name       of the graph, for tables and messages; not empty
 * @param inputShape [1, h, w, c], or any shape whose first extent, the number of images, is 1
 * @throws ShapeError for another shape or no name
 *
 * @example
 * const g = graphBuilder("edge", [1, 28, 28, 1]);
 * const graph = g.build(g.conv2d(g.input, { outputs: 8, activation: "relu" }));
 */
export function graphBuilder(name: string, inputShape: Shape): GraphBuilder {
  return builderOf(name, { name: "input", shape: inputShape }).builder;
}

/** A builder, and the list to which it appends nodes. */
export function builderOf(
  name: string,
  input: GraphInput,
): { readonly builder: GraphBuilder; readonly nodes: GraphNode[] } {
  const list = nodeList(name, input);
  const { nodes, shapeOf } = list;

  const builder: GraphBuilder = {
    input: input.name,
    shapeOf,
    ...methodsOf(list),
    build: (output) => {
      shapeOf(output);
      return graphOf(name, [{ ...input, shape: [...input.shape] }], [...nodes], [output]);
    },
  };
  return { builder, nodes };
}

type Methods = Pick<GraphBuilder, keyof typeof OPERATIONS>;

function methodsOf(list: NodeList): Methods {
  return Object.fromEntries(Object.entries(OPERATIONS).map(([op, { method }]) => [op, method(list)])) as Methods;
}
