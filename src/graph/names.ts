/** @file Names of the nodes and weights of a graph that is made from another one. */
import type { Graph, GraphNode } from "./graph.ts";

/** A node with another node's weight names and its own shapes. */
export function withWeightNames(node: GraphNode, { weights }: GraphNode): GraphNode {
  const named = Object.entries(node.weights).map(([role, spec]) => [role, { ...spec, name: weights[role].name }]);
  return { ...node, weights: Object.fromEntries(named) };
}

/** Finds names that no value has and no weight starts with. */
export function freeNames({ inputs, nodes }: Graph): (wanted: string) => string {
  const taken = new Set([...inputs, ...nodes].map(({ name }) => name));
  for (const { weights } of nodes) {
    for (const { name } of Object.values(weights)) taken.add(name.slice(0, name.lastIndexOf("/")));
  }
  return (wanted) => {
    let name = wanted;
    for (let i = 2; taken.has(name); i++) name = `${wanted}_${i}`;
    taken.add(name);
    return name;
  };
}
