/** @file Converts a network of real numbers, given the levels of its values, to an integer network. */
import { QUANTIZED_ACTIVATIONS } from "../geometry/quantizedActivation.ts";
import { appendNamed } from "../graph/again.ts";
import { builderOf } from "../graph/builder.ts";
import {
  type Graph,
  type GraphNode,
  graphOf,
  isConv,
  isLinear,
  type LinearNode,
  type WeightQuantization,
} from "../graph/graph.ts";
import type { Value } from "../graph/methods/value.ts";
import { freeNames } from "../graph/names.ts";
import { appendLayer, bothForms, usedBy } from "../graph/quantized/bothForms.ts";
import { hasIntegers } from "../graph/quantized/rules.ts";
import type { Weights } from "../graph/weights.ts";
import type { IntegerData, QuantizedLevels, QuantizedType } from "../tensor/quantizedTensor.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Weight } from "../tensor/weight.ts";
import { correctedBias, filterLevels, largestOf, roundedWeights } from "./integerWeights.ts";
import { coveringLevels } from "./levels.ts";
import type { Seen } from "./ranges.ts";

/** Turns activations that integer layers do not support into nodes, whose tables read the integers of the sum. */
export function withPlainLayers(graph: Graph): Graph {
  const known: readonly string[] = QUANTIZED_ACTIVATIONS;
  const fresh = freeNames(graph);
  const nodes = graph.nodes.flatMap((node): readonly GraphNode[] => {
    if (!isLinear(node) || known.includes(node.activation)) return [node];
    const { name, activation, outputShape } = node;
    const sum = fresh(`${name}_sum`);
    const shapes = { inputShapes: [outputShape], outputShape };
    return [
      { ...node, name: sum, activation: "none" },
      { name, op: "activation", activation, inputs: [sum], ...shapes, weights: {} },
    ];
  });
  return graphOf(graph.name, graph.inputs, nodes, graph.outputs);
}

/** An integer network whose inputs and outputs are real numbers, and the nodes that have no integer form. */
export interface IntegerNetwork {
  readonly graph: Graph;
  readonly weights: Map<string, Weight>;
  readonly real: readonly string[];
}

/** Type of values, and how filters are rounded: one scale per output channel or a single one, and to how many bits. */
export interface Rounding {
  readonly type: QuantizedType;
  readonly per: "channel" | "tensor";
  readonly bits: number;
}

export function networkInIntegers(
  graph: Graph,
  weights: Weights,
  seen: ReadonlyMap<string, Seen>,
  { type, per, bits }: Rounding,
): IntegerNetwork {
  const levels = coveringLevels(graph, seen, type);
  const made = builderOf(`${graph.name}_${type}`, graph.inputs);
  const { builder: g } = made;
  const own = new Map<string, Weight>(weights);
  const fresh = freeNames(graph);
  const forms = bothForms(made, graph, fresh);
  const inIntegers = (value: string): Value => {
    const found = forms.integers(value);
    if (found !== undefined) return found;
    const name = fresh(`${value}_integers`);
    const quantized = g.quantize(forms.real(value), { name, ...(levels.get(value) as QuantizedLevels) });
    forms.setIntegers(value, quantized);
    return quantized;
  };
  const limit = largestOf(bits);
  const real: string[] = [];
  for (const node of graph.nodes) {
    if (!hasIntegers(node)) {
      real.push(node.name);
      forms.appendReal(node);
      continue;
    }
    const inputs = node.inputs.map(inIntegers);
    const output = levels.get(node.name) as QuantizedLevels;
    if (isConv(node) || node.op === "dense") {
      const filter = weightOf(weights, node, "filter");
      const bias = node.weights.bias ? weightOf(weights, node, "bias") : null;
      const [x] = inputs;
      const { scale } = g.levelsOf(x) as QuantizedLevels;
      const layer = appendLayer(made, node, x, filterLevels(filter, bias, scale, outputsOf(node, per), limit), output);
      const { means } = seen.get(node.inputs[0]) as Seen;
      roundWeights(layer, { filter, bias }, means, limit, own);
    } else {
      appendNamed(made, { ...node, inputs, quantization: { inputs: inputs.map(g.levelsOf), output } });
    }
    forms.setIntegers(node.name, node.name);
  }
  const outputs = graph.outputs.map((name) => [name, forms.real(name)] as const);
  const built = made.build(outputs, fresh);
  return { graph: built, weights: usedBy(built, own), real };
}

/**
 * How many scales a filter has; null for one, as for a depthwise filter with a multiplier: its outputs lie along two
 * axes.
 */
function outputsOf(node: LinearNode, per: "channel" | "tensor"): number | null {
  const { shape } = node.weights.filter;
  const isSplit = node.op === "depthwiseConv2d" && shape[3] > 1 && shape[2] > 1;
  return per === "tensor" || isSplit ? null : node.outputShape[node.outputShape.length - 1];
}

function weightOf(weights: Weights, node: GraphNode, role: string): Tensor {
  return weights.get(node.weights[role].name) as Tensor;
}

/** A layer's weights as the integers that its node needs; the bias compensates for the rounding of the filter. */
function roundWeights(
  node: LinearNode,
  { filter, bias }: { readonly filter: Tensor; readonly bias: Tensor | null },
  means: Float64Array,
  limit: number,
  own: Map<string, Weight>,
): void {
  const rounded = (role: "filter" | "bias", weight: Tensor): IntegerData => {
    const { name, shape, quantization } = node.weights[role];
    const { type, scale, zeroPoint, axis } = quantization as WeightQuantization;
    const data =
      role === "bias"
        ? roundedWeights(weight, "int32", scalesOf(scale), 2 ** 31 - 1)
        : roundedWeights(weight, "int8", scalesOf(scale), limit);
    own.set(name, { type, shape, data, scale, zeroPoint, axis });
    return data;
  };
  const integers = rounded("filter", filter);
  if (bias === null) return;
  const { scale } = node.weights.filter.quantization as WeightQuantization;
  rounded("bias", correctedBias(bias, filter, integers, scalesOf(scale), means, channelOf(node)));
}

function scalesOf(scale: number | readonly number[]): readonly number[] {
  return typeof scale === "number" ? [scale] : scale;
}

/** The channel of the input that a weight multiplies, by the weight's index. */
function channelOf(node: LinearNode): (index: number) => number {
  const O = node.outputShape[node.outputShape.length - 1];
  if (!isConv(node)) return (i) => Math.floor(i / O);
  const { C, G } = node.geometry;
  if (node.op === "depthwiseConv2d") return (i) => Math.floor((i % O) / (O / C));
  const perGroup = C / G;
  return (i) => Math.floor((i % O) / (O / G)) * perGroup + (Math.floor(i / O) % perGroup);
}
