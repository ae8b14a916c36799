/** @file A network cut off after one of its layers. */
import type { Graph } from "../../../src/index.ts";

/** The graph that ends with the layer, including the batch norm and activation that follow it. */
export function upTo(graph: Graph, layer: string): Graph {
  let output = layer;
  for (const { name, op, inputs } of graph.nodes) {
    if (inputs[0] === output && (op === "batchNormalization" || op === "activation")) output = name;
  }
  const needed = new Set([output]);
  for (const { name, inputs } of [...graph.nodes].reverse()) {
    if (needed.has(name)) for (const input of inputs) needed.add(input);
  }
  return { ...graph, nodes: graph.nodes.filter(({ name }) => needed.has(name)), outputs: [output], output };
}
