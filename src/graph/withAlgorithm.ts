/** @file A pass: chooses the algorithm that computes standard convolutions. */
import { fewestOperations } from "../geometry/algorithmCost.ts";
import { CONV_ALGORITHMS, type ConvAlgorithm, winogradMisfit } from "../geometry/winograd.ts";
import { oneOf, ShapeError } from "../tensor/errors.ts";
import { type ConvNode, type Graph, type GraphNode, graphOf, isConv, isDepthwiseConv } from "./graph.ts";
import { readGraph } from "./readGraph.ts";

/** An algorithm wherever it is possible, or "best": for each layer the one with the fewest operations. */
export type AlgorithmChoice = ConvAlgorithm | "best";
export const ALGORITHM_CHOICES: readonly AlgorithmChoice[] = [...CONV_ALGORITHMS, "best"];

/**
 * A graph whose standard convolutions are computed by another algorithm: "winograd2" or "winograd4" for those that it
 * supports, with 3×3 kernels and stride 1; "best" for the one with the fewest operations for each. The others are
 * computed directly.
 *
 * @throws ShapeError for an invalid graph, or one with no layer that the algorithm supports
 *
 * @example
 * const twin = withAlgorithm(mobilenetV1({ convolution: "standard" }), "best");
 * twin.nodes.filter((node) => node.op === "conv2d" && node.algorithm === "winograd4").length; // 9
 */
export function withAlgorithm(graph: Graph, choice: AlgorithmChoice): Graph {
  oneOf("withAlgorithm", "algorithm", choice, ALGORITHM_CHOICES);
  return chosen("withAlgorithm", readGraph("withAlgorithm", graph), choice);
}

/** The same for a graph that has been checked. */
export function chosen(op: string, graph: Graph, choice: AlgorithmChoice): Graph {
  const { name, inputs, outputs } = graph;
  const standard = graph.nodes.filter(isStandard);
  const [first] = standard;
  if (choice.startsWith("winograd") && standard.every((node) => winogradMisfit(node.geometry) !== null)) {
    const why = first ? `: ${first.name} has ${winogradMisfit(first.geometry)}` : "";
    throw new ShapeError(`${op}: algorithm is "${choice}", which takes no layer of ${name}${why}`);
  }
  const nodes = graph.nodes.map((node): GraphNode => {
    if (!isStandard(node)) return node;
    const { algorithm: _, ...direct } = node;
    const own = algorithmFor(node, choice);
    return own === "direct" ? direct : { ...direct, algorithm: own };
  });
  return graphOf(name, inputs, nodes, outputs);
}

function isStandard(node: GraphNode): node is ConvNode {
  return isConv(node) && node.op === "conv2d" && !isDepthwiseConv(node) && !node.quantization;
}

function algorithmFor({ geometry }: ConvNode, choice: AlgorithmChoice): ConvAlgorithm {
  if (choice === "best") return fewestOperations(geometry);
  return winogradMisfit(geometry) === null ? choice : "direct";
}
