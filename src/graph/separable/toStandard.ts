/** @file A separable network's twin of standard convolutions. */

import { ShapeError } from "../../tensor/errors.ts";
import { appendAgain } from "../again.ts";
import { builderOf } from "../builder.ts";
import type { Graph, GraphNode } from "../graph.ts";
import { withWeightNames } from "../names.ts";
import { windowOf } from "../operations/window.ts";
import { checkReal } from "../quantized/real.ts";
import { readGraph } from "../readGraph.ts";
import { checkUnshared } from "../weights.ts";
import { separablePairs } from "./pairs.ts";

/**
 * Returns a separable network's twin of standard convolutions: the question *what would it cost without the trick?* as
 * a graph. A k×k depthwise convolution and the pointwise one that reads it become one standard k×k convolution, from
 * the channels that the first reads to the outputs of the second, with the window of the first (strides, padding,
 * dilation) and the groups of the second.
 *
 * Batch norm and activation between the two are removed; squeeze and excite stays, before the convolution. Also kept:
 * expansions (V2), a first depthwise convolution before the expansion of a block that has another after it (V4), and
 * depthwise convolutions that other nodes read too. Names are kept: the convolution takes the pointwise one's.
 *
 * @param graph with any names
 * @returns a graph called NAME_standard, which needs other weights
 * @throws ShapeError if the graph is invalid or has no such pair
 *
 * @example
 * analyze(toStandard(mobilenetV1())).total.macs; // 4867293184
 * const twin = toStandard(mobilenetV2());
 * savings(mobilenetV2(), twin).promised.toFixed(2); // "4.07"
 */
export function toStandard(graph: Graph): Graph {
  const own = readGraph("toStandard", graph);
  checkReal("toStandard", own);
  const pairs = separablePairs(own);
  if (pairs.length === 0) {
    throw new ShapeError(
      `toStandard: ${own.name} has no depthwise convolution that only a pointwise one reads, needs one to replace`,
    );
  }
  checkUnshared(
    "toStandard",
    own,
    pairs.map(({ pointwise }) => pointwise),
  );
  const closing = new Map(pairs.map((pair) => [pair.pointwise.name, pair]));
  const gone = new Set(pairs.flatMap(({ depthwise, elementwise }) => [depthwise, ...elementwise]));
  const instead = new Map<string, string>(); // for a removed value: what the depthwise convolution reads
  const named = (value: string): string => instead.get(value) ?? value;
  const again = builderOf(`${own.name}_standard`, own.inputs);
  for (const node of own.nodes) {
    const inputs = node.inputs.map(named);
    const pair = closing.get(node.name);
    if (gone.has(node)) instead.set(node.name, inputs[0]);
    else if (pair === undefined) appendAgain(again, node, inputs);
    else {
      const { depthwise, pointwise } = pair;
      const { KH, KW } = depthwise.geometry;
      const { O, G } = pointwise.geometry;
      const { name, activation, weights } = pointwise;
      const window = { kernel: [KH, KW], ...windowOf(depthwise.geometry) } as const;
      again.builder.conv2d(inputs[0], { name, outputs: O, groups: G, activation, bias: "bias" in weights, ...window });
      again.nodes.push(withWeightNames(again.nodes.pop() as GraphNode, pointwise));
    }
  }
  return again.build(own.outputs.map((output) => [output, output]));
}
