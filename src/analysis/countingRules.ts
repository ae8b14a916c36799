/**
 * @file One network under every popular counting rule. They differ by up to a factor of two: in what counts as an
 * operation, and in whether a multiply-accumulate is one or two.
 *
 * The rules were inferred from what the tools print for the same networks (test/facts/mobilenet-facts.json,
 * counter_outputs).
 */

import { type Graph, type GraphNode, isLinear } from "../graph/graph.ts";
import { nodeMacs } from "../graph/nodeCost.ts";
import { readGraph } from "../graph/readGraph.ts";
import { sizeOf } from "../tensor/shape.ts";

/** One way to count operations. */
export interface CountingRule {
  readonly name: string;
  /** What the tool calls the result. */
  readonly unit: "MACs" | "FLOPs";
  readonly sentence: string;
  /** Operations of a node, for one image. */
  readonly of: (node: GraphNode) => number;
}

const elements = (node: GraphNode): number => sizeOf(node.outputShape);
const inputElements = (node: GraphNode): number => sizeOf(node.inputShapes[0]);
const weight = (node: GraphNode, role: string): number => (node.weights[role] ? sizeOf(node.weights[role].shape) : 0);
const isPool = ({ op }: GraphNode): boolean => op === "globalAveragePool2d" || op === "averagePool2d";
const isNorm = ({ op }: GraphNode): boolean => op === "batchNormalization";

/** For tools that see only modules with weights: a product of two values does not count. */
const moduleMacs = (node: GraphNode): number => (node.op === "matmul" ? 0 : nodeMacs(node));

/** Every popular way to count the operations of a network. */
export const COUNTING_RULES: readonly CountingRule[] = [
  {
    name: "separable, the papers, TF-slim",
    unit: "MACs",
    sentence: "Convolutions, dense layers and matrix products, positions over padding included; nothing else.",
    of: nodeMacs,
  },
  {
    name: "the same as FLOPs",
    unit: "FLOPs",
    sentence: "A multiplication and an addition are two.",
    of: (node) => 2 * nodeMacs(node),
  },
  {
    name: "thop",
    unit: "MACs",
    sentence:
      "Batch norm is 4 an element, average pooling as many as its window has pixels, and one more; biases, activations and max pooling are free.",
    of: (node) => {
      if (isNorm(node)) return 4 * elements(node);
      if (isPool(node)) return inputElements(node) + elements(node);
      return moduleMacs(node);
    },
  },
  {
    name: "torchinfo",
    unit: "MACs",
    sentence:
      "Each parameter once for every output that it is used for, batch norm's once in all; activations and pooling are free.",
    of: (node) => {
      if (isNorm(node)) return weight(node, "scale") + weight(node, "bias");
      return moduleMacs(node) + (isLinear(node) ? biasUses(node) : 0);
    },
  },
  {
    name: "fvcore",
    unit: "MACs",
    sentence:
      "Batch norm is 2 an element, average pooling one for each pixel that it reads; biases and activations are free.",
    of: (node) => {
      if (isNorm(node)) return 2 * elements(node);
      return isPool(node) ? inputElements(node) : nodeMacs(node);
    },
  },
  {
    name: "ptflops, modules",
    unit: "MACs",
    sentence:
      "Batch norm is 2 an element, an activation 1, a bias 1; a pooling module is 2 for each pixel of its input: itself, and the function that it calls.",
    of: (node) => {
      if (isNorm(node)) return 2 * elements(node);
      if (isPool(node) || node.op === "maxPool2d") return 2 * inputElements(node);
      if (node.op === "activation") return elements(node);
      if (!isLinear(node)) return nodeMacs(node);
      return nodeMacs(node) + biasUses(node) + (node.activation === "none" ? 0 : elements(node));
    },
  },
  {
    name: "ptflops, aten",
    unit: "MACs",
    sentence: "Convolutions, dense layers and matrix products, with biases.",
    of: (node) => nodeMacs(node) + (isLinear(node) ? biasUses(node) : 0),
  },
];

/** Number of bias additions. */
function biasUses(node: GraphNode): number {
  if (node.weights.bias === undefined) return 0;
  return node.op === "dense" ? weight(node, "bias") : elements(node);
}

/** A network counted under one rule. */
export interface RuleCount {
  readonly rule: CountingRule;
  readonly total: number;
  /** By the graph's operations, largest first; operations that count nothing are left out. */
  readonly byOp: readonly { readonly op: GraphNode["op"]; readonly count: number }[];
}

/**
 * Counts a graph under every rule, for one image.
 *
 * @throws ShapeError if the graph is invalid
 *
 * @example countUnderRules(fashionNet())[0].total; // 5411520
 */
export function countUnderRules(graph: Graph): readonly RuleCount[] {
  const { nodes } = readGraph("countUnderRules", graph);
  return COUNTING_RULES.map((rule) => {
    const byOp = new Map<GraphNode["op"], number>();
    for (const node of nodes) byOp.set(node.op, (byOp.get(node.op) ?? 0) + rule.of(node));
    const rows = [...byOp].filter(([, count]) => count > 0).sort(([, a], [, b]) => b - a);
    const total = rows.reduce((sum, [, count]) => sum + count, 0);
    return { rule, total, byOp: rows.map(([op, count]) => ({ op, count })) };
  });
}
