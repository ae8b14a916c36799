/**
 * @file Converts a network whose values are rounded to eight-bit levels to one that computes with the integers. Files
 * express such rounding as pairs of QuantizeLinear and DequantizeLinear.
 *
 *   x → fakeQuantize → conv2d → relu → fakeQuantize → …     becomes     x → quantize → conv2d of integers → …
 *
 * A layer becomes an integer layer if its input, filter and result are rounded; its sums are then exact, and rounded
 * once. The same holds for the mean of an image. Operations that only move or compare numbers move the integers.
 * Everything else computes with the real numbers that the integers represent, as before. All rounding follows
 * onnxruntime, whose sums of two values add part of the zero point before rounding.
 */
import { integersOf, type QuantizedLevels, sameLevels } from "../../tensor/quantizedTensor.ts";
import { sizeOf } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Weight } from "../../tensor/weight.ts";
import { appendNamed, type Made } from "../again.ts";
import { builderOf } from "../builder.ts";
import type { Graph, GraphNode, WeightQuantization } from "../graph.ts";
import type { Value } from "../methods/value.ts";
import { freeNames } from "../names.ts";
import type { NodeOf } from "../operations/operation.ts";
import type { Weights } from "../weights.ts";
import { appendLayer, bothForms, usedBy } from "./bothForms.ts";
import { type Layer, MOVES, type Origin, roundingsIn } from "./roundings.ts";

/**
 * @param originOf   the integers of a weight, by its name in the graph; null for a weight of real numbers
 * @param offsetOf   what is added to a sum before it is rounded
 * @returns the same graph if nothing can compute with integers
 */
export function inIntegers(
  graph: Graph,
  weights: Weights<Weight>,
  originOf: (weight: string) => Origin | null,
  offsetOf: (rounding: NodeOf<"fakeQuantize">) => number,
): { readonly graph: Graph; readonly weights: Map<string, Weight> } {
  const own = new Map<string, Weight>(weights);
  const found = roundingsIn(graph, weights, originOf);
  if (found.size === 0) return { graph, weights: own };
  const made = builderOf(graph.name, graph.inputs);
  const { builder: g } = made;
  const later = new Set([...found.values()].flatMap(({ chain }): readonly GraphNode[] => chain));
  const fresh = freeNames(graph);
  const forms = bothForms(made, graph, fresh);
  const { integers, real, appendReal } = forms;
  const rounded = (node: NodeOf<"fakeQuantize">): Value => {
    const levels = levelsIn(node);
    const one = found.get(node.name);
    const [first] = one?.chain ?? [];
    const x = first && integers(first.inputs[0]);
    if (one?.kind === "layer" && x && fits(one, g.levelsOf(x) as QuantizedLevels)) {
      return integerLayer(made, own, one, x, levels);
    }
    if (one?.kind === "mean" && x) {
      const keepDimensions = node.outputShape.length === 4;
      return g.reduceMean(x, { name: first.name, axes: [1, 2], keepDimensions, output: levels });
    }
    one?.chain.forEach(appendReal);
    const same = integers(node.inputs[0]);
    if (same && sameLevels(g.levelsOf(same) as QuantizedLevels, levels)) return same;
    const offset = one?.kind === "sum" ? offsetOf(node) : 0;
    return g.quantize(real(node.inputs[0]), { name: node.name, ...levels, rule: "division-half-even", offset });
  };

  for (const node of graph.nodes) {
    if (later.has(node)) continue; // made where its result is rounded
    const inputs = node.inputs.map(integers);
    if (node.op === "fakeQuantize") forms.setIntegers(node.name, rounded(node));
    else if (MOVES.has(node.op) && areOfOne(inputs, g.levelsOf)) {
      appendNamed(made, { ...node, inputs });
      forms.setIntegers(node.name, node.name);
    } else appendReal(node);
  }
  const outputs = graph.outputs.map((name) => [name, real(name)] as const);
  const built = made.build(outputs, fresh);
  return { graph: built, weights: usedBy(built, own) };
}

/** Relative tolerance between a bias's scale and the product of the two scales that it should equal. */
const TOLERANCE = 1e-3;

/** Whether the bias is at the scale of the products. */
function fits({ filter, bias }: Layer, x: QuantizedLevels): boolean {
  return (bias?.scales ?? []).every((scale, o) => {
    const product = x.scale * filter.scales[filter.scales.length > 1 ? o : 0];
    return Math.abs(scale - product) <= TOLERANCE * product;
  });
}

function levelsIn({ type, scale, zeroPoint }: NodeOf<"fakeQuantize">): QuantizedLevels {
  return { type, scale, zeroPoint };
}

function integerLayer(made: Made, weights: Map<string, Weight>, layer: Layer, x: Value, y: QuantizedLevels): Value {
  const { chain, activation, filter, bias } = layer;
  const isOne = filter.scales.length === 1;
  const levels = {
    type: filter.type,
    scale: isOne ? filter.scales[0] : filter.scales,
    zeroPoint: isOne ? filter.zeroPoints[0] : filter.zeroPoints,
  };
  const node = appendLayer(made, { ...chain[0], activation }, x, levels, y);
  const { weights: specs } = node;
  const { shape, name } = specs.filter;
  const numbers = (weights.get(name) as Tensor).toFloat32Array();
  const data = integersOf(filter.type, sizeOf(shape));
  const O = node.outputShape[node.outputShape.length - 1];
  for (let i = 0; i < data.length; i++) {
    const o = isOne ? 0 : i % O;
    data[i] = Math.round(numbers[i] / filter.scales[o]) + filter.zeroPoints[o];
  }
  weights.set(name, { shape, data, ...(specs.filter.quantization as WeightQuantization) });
  if (bias !== null) {
    const sums = Int32Array.from(bias.integers);
    const own = specs.bias.quantization as WeightQuantization;
    weights.set(specs.bias.name, { shape: specs.bias.shape, data: sums, ...own });
  }
  return node.name;
}

function areOfOne(
  values: readonly (Value | undefined)[],
  levelsOf: (value: Value) => QuantizedLevels | null,
): values is readonly Value[] {
  const levels = values.map((value) => (value === undefined ? null : levelsOf(value)));
  return levels.every((one) => one !== null && sameLevels(one, levels[0] as QuantizedLevels));
}
