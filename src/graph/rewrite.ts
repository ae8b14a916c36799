/** @file What the passes share: taking a node out of a graph by letting another one answer for it. */
import type { Graph, GraphNode } from "./graph.ts";

/** How many nodes read each value; the graph's output counts as read once more. */
export function countReaders(graph: Graph): ReadonlyMap<string, number> {
  const readers = new Map<string, number>([[graph.output, 1]]);
  for (const node of graph.nodes) {
    for (const input of node.inputs) readers.set(input, (readers.get(input) ?? 0) + 1);
  }
  return readers;
}

/**
 * Offers each node that reads nothing but one node's value to `merge`, if no other node reads that value. Where `merge`
 * returns a node, it stands for both: it keeps the name of the first, and whatever read the second reads it.
 */
export function mergePairs(graph: Graph, merge: (first: GraphNode, second: GraphNode) => GraphNode | null): Graph {
  const readers = countReaders(graph);
  const nodes = new Map<string, GraphNode>();
  const renamed = new Map<string, string>();
  for (const original of graph.nodes) {
    const inputs = original.inputs.map((input) => renamed.get(input) ?? input);
    const node = { ...original, inputs };
    const first = inputs.length === 1 ? nodes.get(inputs[0]) : undefined;
    const merged = first && readers.get(original.inputs[0]) === 1 ? merge(first, node) : null;
    if (merged === null) {
      nodes.set(node.name, node);
    } else {
      nodes.set(merged.name, merged);
      renamed.set(node.name, merged.name);
    }
  }
  return { ...graph, nodes: [...nodes.values()], output: renamed.get(graph.output) ?? graph.output };
}
