/** @file The part of a graph that computes one value. */
import { ShapeError, show } from "../tensor/errors.ts";
import { suggestion } from "../tensor/nearest.ts";
import { type Graph, graphOf } from "./graph.ts";

/**
 * Cuts a graph to what one of its values needs: nodes, and inputs.
 *
 * @param graph from {@link readGraph}
 * @param output an output, or another value
 * @throws ShapeError if there is no such value
 */
export function cutTo(op: string, graph: Graph, output: string): Graph {
  const { name, inputs, nodes, outputs } = graph;
  const needed = new Set([output]);
  for (const node of nodes.toReversed()) {
    if (needed.has(node.name)) for (const input of node.inputs) needed.add(input);
  }
  const isNeeded = (value: { readonly name: string }): boolean => needed.has(value.name);
  if (![...inputs, ...nodes].some((value) => value.name === output)) {
    const hint = suggestion(output, outputs);
    throw new ShapeError(`${op}: output is ${show(output)}${hint}, ${name} has ${outputs.join(", ")}`);
  }
  return graphOf(name, inputs.filter(isNeeded), nodes.filter(isNeeded), [output]);
}
