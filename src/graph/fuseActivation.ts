/** @file A pass: applies an activation to each finished sum, before it is written to memory. */
import { type Graph, isLinear } from "./graph.ts";
import { readGraph } from "./readGraph.ts";
import { mergePairs } from "./rewrite.ts";

/**
 * Moves each activation that follows a convolution or dense layer into it. A pure function. Results change by at most
 * one rounding: the fused activation sees the sum before it is rounded to float32.
 *
 * @throws ShapeError if the graph is invalid
 *
 * @example
 * const g = graphBuilder("own", [1, 8, 8, 3]);
 * const graph = g.build(g.activation(g.conv2d(g.input, { outputs: 4 }), "relu"));
 * fuseActivation(graph).nodes.length; // 1
 */
export function fuseActivation(graph: Graph): Graph {
  return fused(readGraph("fuseActivation", graph));
}

/** Does the same for a validated graph. */
export function fused(graph: Graph): Graph {
  return mergePairs(graph, (first, second) => {
    if (second.op !== "activation" || second.quantization || !isLinear(first) || first.activation !== "none")
      return null;
    return { ...first, activation: second.activation };
  });
}
