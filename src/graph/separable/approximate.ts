/** @file A separable network with the weights of the standard one, as closely as it can represent them. */

import { ShapeError } from "../../tensor/errors.ts";
import { areFinite } from "../../tensor/finite.ts";
import type { checkPatience } from "../../tensor/patience.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { foldingFactors } from "../foldBatchNorm.ts";
import type { Graph } from "../graph.ts";
import { realTensors } from "../quantized/real.ts";
import type { Weights } from "../weights.ts";
import { type Decomposition, decompose, separableFilters } from "./decompose.ts";
import { macsOf, type StandardLayer } from "./layers.ts";
import { type Between, type ReplacedLayer, withReplacements } from "./replace.ts";

/** The result of `toSeparable` for a network with weights. */
export interface Approximation {
  readonly graph: Graph;
  readonly weights: Map<string, Tensor>;
  /** The chosen layers, in execution order. */
  readonly layers: readonly ApproximatedLayer[];
}

/** A layer that was chosen to be made separable, and how much of its filter is kept. */
export interface ApproximatedLayer {
  /** Name of the standard convolution, and of the pointwise one that ends the block. */
  readonly name: string;
  /** Name of the depthwise convolution; null if the layer stays as it is. */
  readonly depthwise: string | null;
  readonly kernel: readonly [number, number];
  /** C */
  readonly channels: number;
  /** O */
  readonly outputs: number;
  /** M: depthwise kernels per input channel; null if the layer stays as it is because of a target. */
  readonly multiplier: number | null;
  /** Share of the filter's energy that is kept: 1 - Σ (W - W')² / Σ W², batch norm folded into W. */
  readonly energy: number;
  /** The same for each multiplier from 0 to min(taps, outputs of a group), at which nothing is lost. */
  readonly energies: readonly number[];
  /** Multiply-accumulates of the standard convolution, and of its replacement. */
  readonly macsBefore: number;
  readonly macs: number;
}

/** A layer with its filter decomposed. */
export interface DecomposedLayer {
  readonly layer: StandardLayer;
  readonly filter: Float32Array;
  readonly decomposition: Decomposition;
}

/** @param patience progress counts elements of filters. @throws ShapeError for weights that are not finite */
export function decomposedLayers(
  op: string,
  layers: readonly StandardLayer[],
  weights: Weights,
  { signal, onProgress }: ReturnType<typeof checkPatience>,
): readonly DecomposedLayer[] {
  const numbersOf = (name: string): Float32Array => {
    const numbers = (weights.get(name) as Tensor).toFloat32Array();
    if (areFinite(numbers)) return numbers;
    const i = numbers.findIndex((value) => !Number.isFinite(value));
    throw new ShapeError(`${op}: ${name} has ${numbers[i]} at ${i}, needs finite numbers`);
  };
  const inputs = layers.map((layer) => {
    const { node, norm } = layer;
    const filter = numbersOf(node.weights.filter.name);
    if (norm === null) return { layer, filter, factors: null };
    const [scale, variance] = [norm.weights.scale, norm.weights.variance].map(({ name }) => numbersOf(name));
    return { layer, filter, factors: foldingFactors(scale, variance, norm.epsilon) };
  });
  const all = inputs.reduce((sum, { filter }) => sum + filter.length, 0);
  let done = 0;
  return inputs.map(({ layer, filter, factors }) => {
    const decomposition = decompose(filter, layer.node.geometry, factors);
    done += filter.length;
    onProgress(done, all);
    signal?.throwIfAborted();
    return { layer, filter, decomposition };
  });
}

/** @param multipliers of the layers; null: the layer stays */
export function approximated(
  graph: Graph,
  weights: Weights,
  layers: readonly DecomposedLayer[],
  multipliers: readonly (number | null)[],
  between: Between,
): Approximation {
  const replacements = layers.flatMap(({ layer }, i) => {
    const multiplier = multipliers[i];
    return multiplier === null ? [] : [{ layer, multiplier, between }];
  });
  const { graph: separable, replaced } = withReplacements(graph, replacements);
  const byLayer = new Map(replaced.map((one) => [one.layer, one]));
  const changed = new Map(realTensors("toSeparable", weights));
  const rows = layers.map((layer, i): ApproximatedLayer => {
    const replacement = byLayer.get(layer.layer);
    if (replacement !== undefined) setWeights(changed, layer, replacement);
    return rowOf(layer, multipliers[i], replacement?.depthwise.name ?? null);
  });
  return { graph: separable, weights: changed, layers: rows };
}

function rowOf(
  { layer, decomposition: { energies } }: DecomposedLayer,
  multiplier: number | null,
  depthwise: string | null,
): ApproximatedLayer {
  const { name, geometry } = layer.node;
  const { KH, KW, C, O } = geometry;
  return {
    name,
    depthwise,
    kernel: [KH, KW],
    channels: C,
    outputs: O,
    multiplier,
    energy: multiplier === null ? 1 : energies[multiplier],
    energies,
    macsBefore: macsOf(geometry, null),
    macs: macsOf(geometry, multiplier),
  };
}

/** Sets the filters of a replaced layer. A bias before them adds nothing, and a batch norm between changes nothing. */
function setWeights(
  weights: Map<string, Tensor>,
  { layer, filter, decomposition }: DecomposedLayer,
  { multiplier, depthwise, pointwise, norm }: ReplacedLayer,
): void {
  const filters = separableFilters(filter, layer.node.geometry, decomposition, multiplier);
  weights.set(depthwise.weights.filter.name, new Tensor(filters.depthwise, depthwise.weights.filter.shape));
  weights.set(pointwise.weights.filter.name, new Tensor(filters.pointwise, pointwise.weights.filter.shape));
  const { bias } = depthwise.weights;
  if (bias !== undefined) weights.set(bias.name, Tensor.zeros(bias.shape));
  if (norm?.op !== "batchNormalization") return;
  const { scale, bias: shift, mean, variance } = norm.weights;
  const channels = sizeOf(scale.shape);
  weights.set(scale.name, new Tensor(new Float32Array(channels).fill(Math.sqrt(1 + norm.epsilon)), scale.shape));
  weights.set(variance.name, new Tensor(new Float32Array(channels).fill(1), variance.shape));
  for (const { name, shape } of [shift, mean]) weights.set(name, Tensor.zeros(shape));
}
