/** @file A pass: an activation is applied where the sum ends, before it is written to memory. */
import { checkGraph } from "./checkGraph.ts";
import { type Graph, isSumming } from "./graph.ts";
import { mergePairs } from "./rewrite.ts";

/**
 * Moves each activation that follows a convolution or dense layer into it. A pure function. The answer changes at most
 * by one rounding: the fused activation sees the sum before it is rounded to float32.
 *
 * @throws ShapeError unless it is a graph
 */
export function fuseActivation(graph: Graph): Graph {
  checkGraph("fuseActivation", graph);
  return mergePairs(graph, (first, second) => {
    if (second.op !== "activation" || !isSumming(first) || first.activation !== "none") return null;
    return { ...first, activation: second.activation };
  });
}
