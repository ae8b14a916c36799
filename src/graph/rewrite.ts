/** @file Shared by the passes: which nodes read a value, and how a node is merged into the one before it. */
import { type Graph, type GraphNode, graphOf } from "./graph.ts";

/** Counts the readers of each value; being an output of the graph counts as one more. */
export function countReaders(graph: Graph): ReadonlyMap<string, number> {
  const readers = new Map<string, number>();
  for (const { inputs } of [...graph.nodes, { inputs: graph.outputs }]) {
    for (const input of inputs) readers.set(input, (readers.get(input) ?? 0) + 1);
  }
  return readers;
}

/** The nodes that read each value. */
export function readersOf(graph: Graph): ReadonlyMap<string, readonly GraphNode[]> {
  const readers = new Map<string, GraphNode[]>();
  for (const node of graph.nodes) {
    for (const input of new Set(node.inputs)) {
      const all = readers.get(input);
      if (all === undefined) readers.set(input, [node]);
      else all.push(node);
    }
  }
  return readers;
}

/**
 * Calls `merge` for each node whose only input is a value that no other node reads. A node that `merge` returns
 * replaces both: it keeps the first one's name, and the second one's readers read it instead.
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
  const outputs = graph.outputs.map((output) => renamed.get(output) ?? output);
  return graphOf(graph.name, graph.inputs, [...nodes.values()], outputs);
}
