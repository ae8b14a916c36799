/** @file A pass: an activation is applied where the sum ends, before it is written to memory. */
import { type Graph, isLinear } from "./graph.ts";
import { readGraph } from "./readGraph.ts";
import { mergePairs } from "./rewrite.ts";

/**
 * Moves each activation that follows a convolution or dense layer into it. A pure function. The answer changes at most
 * by one rounding: the fused activation sees the sum before it is rounded to float32.
 *
 * @throws ShapeError unless it is a graph
 */
export function fuseActivation(graph: Graph): Graph {
  return fused(readGraph("fuseActivation", graph));
}

/** The same for a graph that is known to be one. */
export function fused(graph: Graph): Graph {
  return mergePairs(graph, (first, second) => {
    if (second.op !== "activation" || !isLinear(first) || first.activation !== "none") return null;
    return { ...first, activation: second.activation };
  });
}
