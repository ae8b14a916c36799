/** @file Networks that rescale grey levels themselves: what their first nodes say of the levels that they want. */
import type { Graph, GraphNode } from "../graph/graph.ts";
import type { Weights } from "../graph/weights.ts";
import type { Normalization } from "./normalize.ts";

/** A factor smaller than this makes something like -1 to 1 of 0 to 255, not of 0 to 1. */
const SMALL = 1 / 16;

/**
 * A network that begins with v · scale + bias, as those of Keras with a Rescaling layer do when they are exported,
 * wants the levels that this makes something around 0 of:
 *
 *   0 to 255 ("raw")   where the scale is small, or the level that becomes 0 is above 1: v / 127.5 - 1, v - 127.5
 *   0 to 1 ("unit")    where that level is between: (v - 0.485) / 0.229
 *
 * @returns null if the network does not begin so
 */
export function ownRescaling(graph: Graph, weights: Weights): Normalization | null {
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

/** Arithmetic with constants, which an importer writes as batch norm that normalises nothing; of its first channel. */
function affineOf(node: GraphNode, weights: Weights): { readonly scale: number; readonly bias: number } | null {
  if (node.op !== "batchNormalization" || node.epsilon !== 0) return null;
  const first = (role: string): number => weights.get(node.weights[role].name)?.at(0) ?? Number.NaN;
  return first("mean") === 0 && first("variance") === 1 ? { scale: first("scale"), bias: first("bias") } : null;
}
