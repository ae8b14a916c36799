/** @file Computes how large the accumulators of integer layers can become, before any of them runs. */
import { checkSums } from "../../geometry/quantizedLayer.ts";
import type { Rounding } from "../../geometry/requantization.ts";
import type { QuantizedTensor } from "../../tensor/quantizedTensor.ts";
import type { Weight } from "../../tensor/weight.ts";
import { type Graph, isLinear } from "../graph.ts";
import type { Weights } from "../weights.ts";
import { layerOf } from "./kernels.ts";

/** @throws ShapeError for a layer whose sums can overflow int32 */
export function checkAccumulators(op: string, graph: Graph, weights: Weights<Weight>, rounding: Rounding): void {
  for (const node of graph.nodes) {
    if (!node.quantization || !isLinear(node)) continue;
    const { filter, bias } = node.weights;
    const [w, b] = [filter, bias].map((spec) => spec && (weights.get(spec.name) as QuantizedTensor).data);
    checkSums(`${op}: ${node.name}`, layerOf(rounding, node), w, (b as Int32Array | undefined) ?? null);
  }
}
