/** @file Detects networks that rescale grey levels themselves, and the levels they expect, from their first nodes. */

import type { Graph, GraphNode } from "../graph/graph.ts";
import type { Weights } from "../graph/weights.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Weight } from "../tensor/weight.ts";
import type { Normalization } from "./normalize.ts";

/** A factor below this maps 0 to 255, not 0 to 1, to something like -1 to 1. */
const SMALL = 1 / 16;

/**
 * Returns the levels expected by a network that begins with v · scale + bias, such as an exported Keras model with a
 * Rescaling layer. These are the levels that it maps to numbers around 0:
 *
 *   0 to 255 ("raw")   if the scale is small, or the level that becomes 0 is above 1: v / 127.5 - 1, v - 127.5
 *   0 to 1 ("unit")    if that level is between 0 and 1: (v - 0.485) / 0.229
 *
 * @returns null if the network does not begin this way, or that level is not above 0
 */
export function ownRescaling(graph: Graph, weights: Weights<Weight>): Normalization | null {
  let [value, scale, bias, isRescaled] = [graph.input.name, 1, 0, false];
  for (const node of graph.nodes) {
    if (!node.inputs.includes(value)) continue;
    const step = affineOf(node, weights);
    if (step === null) break;
    [value, scale, bias, isRescaled] = [node.name, scale * step.scale, bias * step.scale + step.bias, true];
  }
  if (!isRescaled) return null;
  const middle = -bias / scale;
  if (Math.abs(scale) < SMALL || middle > 1) return "raw";
  return middle > 0 ? "unit" : null;
}

/** Returns constant arithmetic of the first channel, which the importer writes as batch norm of mean 0, variance 1. */
function affineOf(node: GraphNode, weights: Weights<Weight>): { readonly scale: number; readonly bias: number } | null {
  if (node.op !== "batchNormalization" || node.epsilon !== 0) return null;
  const first = (role: string): number =>
    (weights.get(node.weights[role].name) as Tensor | undefined)?.at(0) ?? Number.NaN;
  return first("mean") === 0 && first("variance") === 1 ? { scale: first("scale"), bias: first("bias") } : null;
}
