/** @file Test vectors of one layer of a network, with the network's own weights. */

import { isEmbedded } from "../../data/embedded/embedded.ts";
import { loadWeights } from "../../formats/load.ts";
import type { QuantizedActivation } from "../../geometry/quantizedActivation.ts";
import { folded } from "../../graph/foldBatchNorm.ts";
import { fused } from "../../graph/fuseActivation.ts";
import { type ConvNode, type Graph, isConv } from "../../graph/graph.ts";
import { windowOf } from "../../graph/operations/window.ts";
import { realTensors } from "../../graph/quantized/real.ts";
import { randomWeights, type Weights } from "../../graph/weights.ts";
import { suggestion } from "../../tensor/nearest.ts";
import {
  INTEGER_RANGES,
  integersOf,
  type QuantizedLevels,
  type QuantizedTensor,
  quantizedTensor,
} from "../../tensor/quantizedTensor.ts";
import { random, randomTensor } from "../../tensor/random.ts";
import { type Shape, sizeOf } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Weight } from "../../tensor/weight.ts";
import { quantizedSet } from "../../testing/formats/quantizedSet.ts";
import { realSet } from "../../testing/formats/realSet.ts";
import type { VectorSet } from "../../testing/formats/vectorSet.ts";
import type { ConvOperandValues } from "../../testing/geometries.ts";
import type { QuantizedConvOperandValues } from "../../testing/quantized/operands.ts";
import { quantizedVectorsInLayout } from "../../testing/quantized/vectors.ts";
import { vectorsInLayout } from "../../testing/vectors.ts";
import { optionOf } from "../options/option.ts";
import { DEFAULT_MODEL } from "../options/shared.ts";
import { UsageError } from "../usage.ts";
import { typedNetwork } from "./network.ts";
import { layoutsOf, OWN_SHAPES, refuse, type VectorsGiven } from "./vectorsInput.ts";

/**
 * Returns the vectors of a convolution as a session runs it: batch norm folded into its weights, its activation fused;
 * with --type, from an integer network. The input is drawn from the seed.
 *
 * @throws UsageError, FormatError, ShapeError
 */
export async function layerVectors(given: VectorsGiven, layer: string): Promise<VectorSet> {
  refuse(
    given,
    [...OWN_SHAPES, "data", "values", "per", "algorithm"],
    (name) => `--layer has its own shapes, --${optionOf(name)} cannot be chosen`,
  );
  const { seed, shape, type, precision, rounding } = given.options;
  const model = given.operands[0] ?? DEFAULT_MODEL;
  const { graph, weights } = await typedNetwork("vectors", model, { shape });
  const trained = weights ?? (isEmbedded(model) ? await loadWeights(model) : null);
  const own = folded(graph, trained ?? randomWeights(graph, seed));
  const node = convolutionIn(fused(own.graph), layer);
  const about = { name: `${layer} of ${graph.name}`, op: node.op };
  const layouts = layoutsOf(given, node.op);
  const { quantization } = node;
  if ((quantization === undefined) !== (type === undefined)) {
    const found = quantization === undefined ? "real numbers" : "integers";
    const needed = quantization === undefined ? "a network of integers, as separable quantize makes" : "--type int8";
    throw new UsageError(`vectors: ${layer} of ${graph.name} computes with ${found}, needs ${needed}`);
  }
  if (quantization === undefined) {
    const input = randomTensor(node.inputShapes[0], random(seed));
    const operands = operandsOf(node, realTensors("vectors", own.weights), input);
    return realSet(vectorsInLayout(about, operands, { ...layouts, precision }));
  }
  const levels = quantization.inputs[0] as QuantizedLevels;
  if (levels.type !== type) {
    throw new UsageError(`vectors: --type is ${type}, ${layer} of ${graph.name} takes ${levels.type}`);
  }
  const operands = quantizedOperandsOf(node, own.weights, integersAround(levels, node.inputShapes[0], seed));
  const options = { ...operands.options, rounding };
  return quantizedSet(quantizedVectorsInLayout(about, { ...operands, options }, layouts));
}

function convolutionIn(graph: Graph, layer: string): ConvNode {
  const convolutions = graph.nodes.filter(isConv);
  const node = convolutions.find(({ name }) => name === layer);
  if (node !== undefined) return node;
  const names = convolutions.map(({ name }) => name);
  const listed = names.length > 0 ? `, has ${names.join(", ")}` : "";
  throw new UsageError(
    `vectors: ${graph.name} has no convolution ${JSON.stringify(layer)}${suggestion(layer, names)}${listed}`,
  );
}

/** Normally distributed integers around the zero point, clamped to the type. */
function integersAround({ type, scale, zeroPoint }: QuantizedLevels, shape: Shape, seed: number): QuantizedTensor {
  const source = random(seed);
  const [min, max] = INTEGER_RANGES[type];
  const data = integersOf(type, sizeOf(shape)).map(() => {
    return Math.max(min, Math.min(max, zeroPoint + Math.round(DEVIATION * source.normal())));
  });
  return quantizedTensor(data, shape, { scale, zeroPoint });
}

/** Standard deviation of those integers. */
const DEVIATION = 64;

function quantizedOperandsOf(node: ConvNode, all: Weights<Weight>, input: QuantizedTensor): QuantizedConvOperandValues {
  const weightOf = (role: "filter" | "bias"): QuantizedTensor | null => {
    const spec = node.weights[role];
    return spec === undefined ? null : (all.get(spec.name) as QuantizedTensor);
  };
  const options = {
    ...commonOptions(node),
    activation: node.activation as QuantizedActivation,
    bias: weightOf("bias"),
    output: node.quantization?.output as QuantizedLevels,
  };
  return { input, filter: weightOf("filter") as QuantizedTensor, options };
}

function operandsOf(node: ConvNode, all: ReadonlyMap<string, Tensor>, input: Tensor): ConvOperandValues {
  const { activation, weights } = node;
  const bias = weights.bias === undefined ? null : (all.get(weights.bias.name) ?? null);
  const options = { ...commonOptions(node), activation, bias };
  return { input, filter: all.get(weights.filter.name) as Tensor, options };
}

function commonOptions({ op, geometry }: ConvNode) {
  return { ...windowOf(geometry), ...(op === "conv2d" && geometry.G > 1 && { groups: geometry.G }) };
}
