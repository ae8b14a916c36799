/** @file The part of a graph that computes some of its values. */
import { ShapeError, show } from "../tensor/errors.ts";
import { suggestion } from "../tensor/nearest.ts";
import { type Graph, graphOf } from "./graph.ts";

/**
 * Cuts a graph to the nodes and inputs that some of its values need.
 *
 * @param graph from {@link readGraph}
 * @param wanted outputs, or other values; they become the outputs of the result
 * @throws ShapeError if there is no such value, or none is wanted
 */
export function cutTo(op: string, graph: Graph, wanted: readonly string[]): Graph {
  const { name, inputs, nodes, outputs } = graph;
  if (wanted.length === 0) throw new ShapeError(`${op}: output is [], needs at least one of ${outputs.join(", ")}`);
  const needed = new Set(wanted);
  for (const node of nodes.toReversed()) {
    if (needed.has(node.name)) for (const input of node.inputs) needed.add(input);
  }
  const isNeeded = (value: { readonly name: string }): boolean => needed.has(value.name);
  const names = new Set([...inputs, ...nodes].map((value) => value.name));
  const unknown = wanted.find((output) => !names.has(output));
  if (unknown !== undefined) {
    const hint = suggestion(unknown, outputs);
    throw new ShapeError(`${op}: output is ${show(unknown)}${hint}, ${name} has ${outputs.join(", ")}`);
  }
  return graphOf(name, inputs.filter(isNeeded), nodes.filter(isNeeded), wanted);
}
