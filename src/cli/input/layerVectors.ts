/** @file Golden vectors of one layer of a network, with the network's own weights. */

import { folded } from "../../graph/foldBatchNorm.ts";
import { fused } from "../../graph/fuseActivation.ts";
import { type ConvNode, isConv } from "../../graph/graph.ts";
import { windowOf } from "../../graph/operations/window.ts";
import { realTensors } from "../../graph/quantized/real.ts";
import { randomWeights } from "../../graph/weights.ts";
import { suggestion } from "../../tensor/nearest.ts";
import { random, randomTensor } from "../../tensor/random.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type ConvVectors, vectorsInLayout } from "../../testing/vectors.ts";
import { optionOf } from "../options/option.ts";
import { DEFAULT_MODEL } from "../options/shared.ts";
import { UsageError } from "../usage.ts";
import { typedNetwork } from "./network.ts";
import { OWN_SHAPES, refuse, type VectorsGiven, vectorOptionsOf } from "./vectorsInput.ts";

/**
 * Returns the vectors of a convolution as a session runs it: batch norm folded into its weights, its activation fused.
 * The input is drawn from the seed.
 *
 * @throws UsageError, FormatError, ShapeError
 */
export async function layerVectors(given: VectorsGiven, layer: string): Promise<ConvVectors> {
  refuse(
    given,
    [...OWN_SHAPES, "data", "values"],
    (name) => `--layer has its own shapes, --${optionOf(name)} cannot be chosen`,
  );
  const { seed, shape } = given.options;
  const { graph, weights } = await typedNetwork("vectors", given.operands[0] ?? DEFAULT_MODEL, { shape });
  const own = folded(graph, weights ?? randomWeights(graph, seed));
  const convolutions = fused(own.graph).nodes.filter(isConv);
  const node = convolutions.find(({ name }) => name === layer);
  if (node === undefined) {
    const names = convolutions.map(({ name }) => name);
    const listed = names.length > 0 ? `, has ${names.join(", ")}` : "";
    throw new UsageError(
      `vectors: ${graph.name} has no convolution ${JSON.stringify(layer)}${suggestion(layer, names)}${listed}`,
    );
  }
  const input = randomTensor(node.inputShapes[0], random(seed));
  return vectorsInLayout(
    { name: `${layer} of ${graph.name}`, op: node.op },
    operandsOf(node, realTensors("vectors", own.weights), input),
    vectorOptionsOf(given, node.op),
  );
}

function operandsOf({ op, geometry, activation, weights }: ConvNode, all: ReadonlyMap<string, Tensor>, input: Tensor) {
  const bias = weights.bias === undefined ? null : (all.get(weights.bias.name) ?? null);
  const groups = op === "conv2d" && geometry.G > 1 ? { groups: geometry.G } : {};
  const options = { ...windowOf(geometry), activation, bias, ...groups };
  return { input, filter: all.get(weights.filter.name) as Tensor, options };
}
