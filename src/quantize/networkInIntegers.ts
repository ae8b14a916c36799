/** @file From a network of real numbers and the levels of its values to a network of integers. */
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
  weightSpecs,
} from "../graph/graph.ts";
import type { Value } from "../graph/methods/value.ts";
import { hasIntegers } from "../graph/quantized/rules.ts";
import type { Weights } from "../graph/weights.ts";
import type { IntegerData, QuantizedLevels } from "../tensor/quantizedTensor.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Weight } from "../tensor/weight.ts";
import { correctedBias, filterScales, roundedWeights } from "./integerWeights.ts";
import { levelsOf } from "./levels.ts";
import type { Seen } from "./ranges.ts";

/** Activations that no layer of integers has become nodes: their tables read the integers of the sum. */
export function withPlainLayers(graph: Graph): Graph {
  const known: readonly string[] = QUANTIZED_ACTIVATIONS;
  const taken = new Set(graph.nodes.map(({ name }) => name));
  const nodes = graph.nodes.flatMap((node): readonly GraphNode[] => {
    if (!isLinear(node) || known.includes(node.activation)) return [node];
    let sum = `${node.name}_sum`;
    while (taken.has(sum)) sum += "_";
    taken.add(sum);
    const { name, activation, outputShape } = node;
    const shapes = { inputShapes: [outputShape], outputShape };
    return [
      { ...node, name: sum, activation: "none" },
      { name, op: "activation", activation, inputs: [sum], ...shapes, weights: {} },
    ];
  });
  return graphOf(graph.name, graph.inputs, nodes, graph.outputs);
}

/** A network of integers with real numbers at its ends, and the nodes that have no form for integers. */
export interface IntegerNetwork {
  readonly graph: Graph;
  readonly weights: Map<string, Weight>;
  readonly real: readonly string[];
}

export function networkInIntegers(
  graph: Graph,
  weights: Weights,
  seen: ReadonlyMap<string, Seen>,
  per: "channel" | "tensor",
): IntegerNetwork {
  const levels = levelsOf(graph, seen);
  const made = builderOf(`${graph.name}_int8`, graph.inputs);
  const { builder: g } = made;
  const own = new Map<string, Weight>(weights);
  const integers = new Map<string, Value>();
  const reals = new Map<string, Value>(graph.inputs.map(({ name }) => [name, name]));
  const taken = new Set([...graph.nodes, ...graph.inputs].map(({ name }) => name));
  const fresh = (wanted: string): string => {
    const name = taken.has(wanted) ? fresh(`${wanted}_`) : wanted;
    taken.add(name);
    return name;
  };
  const inIntegers = (value: string): Value => {
    const found = integers.get(value);
    if (found !== undefined) return found;
    const name = fresh(`${value}_integers`);
    const quantized = g.quantize(reals.get(value) as Value, { name, ...(levels.get(value) as QuantizedLevels) });
    integers.set(value, quantized);
    return quantized;
  };
  const inReals = (value: string): Value => {
    const found = reals.get(value);
    if (found !== undefined) return found;
    const real = g.dequantize(integers.get(value) as Value, { name: fresh(`${value}_real`) });
    reals.set(value, real);
    return real;
  };
  const real: string[] = [];
  for (const node of graph.nodes) {
    if (!hasIntegers(node)) {
      real.push(node.name);
      appendNamed(made, { ...node, inputs: node.inputs.map(inReals) });
      reals.set(node.name, node.name);
      continue;
    }
    const inputs = node.inputs.map(inIntegers);
    const quantization = { inputs: inputs.map(g.levelsOf), output: levels.get(node.name) as QuantizedLevels };
    if (isConv(node) || node.op === "dense") {
      const filter = weightOf(weights, node, "filter");
      const bias = node.weights.bias ? weightOf(weights, node, "bias") : null;
      const [{ scale }] = quantization.inputs as readonly QuantizedLevels[];
      const scales = filterScales(filter, bias, scale, outputsOf(node, per));
      const specs = { ...node.weights.filter, quantization: { zeroPoint: 0, axis: null, ...scales } };
      appendNamed(made, {
        ...node,
        inputs,
        quantization,
        weights: { ...node.weights, filter: specs as typeof node.weights.filter },
      });
      const { means } = seen.get(node.inputs[0]) as Seen;
      roundWeights(made.nodes[made.nodes.length - 1] as LinearNode, { filter, bias }, means, own);
    } else {
      appendNamed(made, { ...node, inputs, quantization });
    }
    integers.set(node.name, node.name);
  }
  const outputs = graph.outputs.map((name) => [name, inReals(name)] as const);
  const built = made.build(outputs, fresh);
  const used = new Set(weightSpecs(built).map(({ name }) => name));
  return { graph: built, weights: new Map([...own].filter(([name]) => used.has(name))), real };
}

/** How many scales a filter has; null for one. Outputs of a depthwise filter with a multiplier lie along two axes. */
function outputsOf(node: LinearNode, per: "channel" | "tensor"): number | null {
  const { shape } = node.weights.filter;
  const isSplit = node.op === "depthwiseConv2d" && shape[3] > 1 && shape[2] > 1;
  return per === "tensor" || isSplit ? null : node.outputShape[node.outputShape.length - 1];
}

function weightOf(weights: Weights, node: GraphNode, role: string): Tensor {
  return weights.get(node.weights[role].name) as Tensor;
}

/** The weights of a layer as the integers that its node asks for; the bias makes up for what the filter's become. */
function roundWeights(
  node: LinearNode,
  { filter, bias }: { readonly filter: Tensor; readonly bias: Tensor | null },
  means: Float64Array,
  own: Map<string, Weight>,
): void {
  const rounded = (role: "filter" | "bias", weight: Tensor): IntegerData => {
    const { name, shape, quantization } = node.weights[role];
    const { type, scale, zeroPoint, axis } = quantization as WeightQuantization;
    const data = roundedWeights(weight, role === "bias" ? "int32" : "int8", scalesOf(scale));
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
