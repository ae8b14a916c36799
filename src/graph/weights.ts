/** @file Weights of a graph: checked against it, or drawn at random. */

import { badVariance } from "../geometry/batchNormalization.ts";
import { isMap } from "../tensor/brands.ts";
import type { ElementType } from "../tensor/elementType.ts";
import { ShapeError, show } from "../tensor/errors.ts";
import {
  checkQuantizedTensor,
  INTEGER_RANGES,
  type IntegerType,
  integersOf,
  type QuantizedTensor,
} from "../tensor/quantizedTensor.ts";
import { type Random, random, randomTensor } from "../tensor/random.ts";
import { formatShape, MAX_ELEMENTS, type Shape, sameShape, sizeOf } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { Weight } from "../tensor/weight.ts";
import { type Graph, type GraphNode, type WeightQuantization, weightSpecs } from "./graph.ts";
import { checkReal } from "./quantized/real.ts";
import { readGraph } from "./readGraph.ts";

/** Weights by their names in the graph: `conv1/filter`, `conv1_bn/mean`, …; with integer layers, `Weights<Weight>`. */
export type Weights<W extends Weight = Tensor> = ReadonlyMap<string, W>;

/**
 * @param names the weights' names in the file they come from
 * @param graph from {@link readGraph}
 * @throws ShapeError that lists every weight that is missing, misshaped, transposed or extra, and every impossible
 *   variance
 */
export function checkWeights(
  op: string,
  graph: Graph,
  weights: Weights<Weight>,
  names: ReadonlyMap<string, string> = new Map(),
): void {
  checkTensors(op, weights);
  const specs = weightSpecs(graph);
  const wrong: string[] = [];
  const called = (name: string): string => {
    const own = names.get(name);
    return own === undefined || own === name ? name : `${name} (${own} in the file)`;
  };
  for (const { name, shape, quantization } of specs) {
    const found = weights.get(name);
    if (found === undefined) wrong.push(`missing ${name}, needs ${formatShape(shape)}`);
    else if (typeOf(found) !== (quantization?.type ?? "float32")) {
      wrong.push(`mistyped ${called(name)}, is ${typeOf(found)}, needs ${quantization?.type ?? "float32"}`);
    } else if (!sameShape(found.shape, shape)) {
      const hint = isPermutation(found.shape, shape) ? " (transposed?)" : "";
      wrong.push(`misshaped ${called(name)}, is ${formatShape(found.shape)}, needs ${formatShape(shape)}${hint}`);
    } else if (quantization && !(found instanceof Tensor)) {
      const other = (["scale", "zeroPoint"] as const).find((field) => !areAlike(found[field], quantization[field]));
      if (other !== undefined) {
        wrong.push(`${other} of ${called(name)} is ${show(found[other])}, needs ${show(quantization[other])}`);
      }
    }
  }
  for (const node of graph.nodes) {
    if (node.op !== "batchNormalization") continue;
    const { name } = node.weights.variance;
    const found = weights.get(name);
    const bad = found instanceof Tensor && badVariance(found, node.epsilon);
    if (bad) wrong.push(`invalid ${called(name)}${bad}`);
  }
  const known = new Set(specs.map(({ name }) => name));
  for (const [name, { shape }] of weights) {
    if (!known.has(name)) wrong.push(`extra ${called(name)}, ${formatShape(shape)}`);
  }
  if (wrong.length > 0) {
    throw new ShapeError(`${op}: the weights do not fit ${graph.name}:\n  ${wrong.join("\n  ")}`);
  }
}

/** Names of weights that several nodes use. */
export function sharedWeights(graph: Graph): ReadonlySet<string> {
  const [seen, shared] = [new Set<string>(), new Set<string>()];
  for (const { name } of weightSpecs(graph)) (seen.has(name) ? shared : seen).add(name);
  return shared;
}

/** @throws ShapeError for a layer whose weights change shape, if another layer uses them too */
export function checkUnshared(op: string, graph: Graph, changing: readonly GraphNode[]): void {
  const shared = sharedWeights(graph);
  for (const { name, weights } of changing) {
    const filter = weights.filter.name;
    if (shared.has(filter)) {
      throw new ShapeError(
        `${op}: ${name} shares the weight ${filter} with another layer, needs one that it alone uses`,
      );
    }
  }
}

/** @throws ShapeError unless it is a Map from names to tensors */
export function checkTensors(op: string, weights: unknown): void {
  if (!isMap(weights)) throw new ShapeError(`${op}: weights are ${show(weights)}, needs a Map from name to Tensor`);
  for (const [name, tensor] of weights) {
    if (typeof name === "string" && tensor instanceof Tensor) continue;
    const isQuantized = typeof tensor === "object" && tensor !== null && "scale" in tensor;
    if (!isQuantized) throw new ShapeError(`${op}: the weight ${show(name)} is ${show(tensor)}, needs a Tensor`);
    checkQuantizedTensor(op, `the weight ${show(name)}: `, tensor as QuantizedTensor);
  }
}

function typeOf(weight: Weight): ElementType | IntegerType {
  return weight instanceof Tensor ? "float32" : weight.type;
}

function areAlike(a: number | readonly number[], b: number | readonly number[]): boolean {
  if (typeof a === "number" || typeof b === "number") return a === b;
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

function isPermutation(a: Shape, b: Shape): boolean {
  return sameShape([...a].sort(compare), [...b].sort(compare));
}

function compare(a: number, b: number): number {
  return a - b;
}

/**
 * Draws weights for benchmarks and tests, the same for the same seed on every machine. Filters preserve the scale of
 * activations (He et al., arXiv 1502.01852: variance 2 / inputs of a sum), and statistics are non-trivial, so that
 * mishandling either shows.
 *
 * @param seed an integer from 0 to 2^32 - 1
 * @returns tensors; quantised ones for integer layers, `randomWeights<Weight>(…)`
 * @throws ShapeError for an invalid graph or seed
 *
 * @example
 * const weights = randomWeights(mobilenetV1(), 1);
 * weights.get("conv_dw_1/filter")?.shape; // [3, 3, 32, 1]
 */
export function randomWeights<W extends Weight = Tensor>(graph: Graph, seed: number): Map<string, W> {
  const own = readGraph("randomWeights", graph);
  const source = random(seed);
  return drawWeights("randomWeights", own, source, (role, inputs) => {
    switch (role) {
      case "filter":
        return () => source.normal() * Math.sqrt(2 / inputs);
      case "variance":
      case "scale":
        return () => 0.75 + source.uniform() / 2;
      default: // mean, bias
        return () => source.normal() / 10;
    }
  }) as Map<string, W>;
}

/**
 * Draws initial weights for training: filters as in {@link randomWeights}, scales and variances 1, biases and means 0.
 *
 * @param seed an integer from 0 to 2^32 - 1
 * @throws ShapeError for an invalid graph or seed
 *
 * @example
 * const weights = initialWeights(fashionNet(), 1);
 * weights.get("conv1/filter")?.shape; // [3, 3, 1, 16]
 */
export function initialWeights(graph: Graph, seed: number): Map<string, Tensor> {
  const own = readGraph("initialWeights", graph);
  checkReal("initialWeights", own);
  const source = random(seed);
  return drawWeights("initialWeights", own, source, (role, inputs) => {
    if (role === "filter") return () => source.normal() * Math.sqrt(2 / inputs);
    return () => (role === "variance" || role === "scale" ? 1 : 0);
  }) as Map<string, Tensor>;
}

/** @param drawFor returns a generator of numbers, given a weight's role and the inputs of one sum */
function drawWeights(
  op: string,
  graph: Graph,
  source: Random,
  drawFor: (role: string, inputs: number) => () => number,
): Map<string, Weight> {
  const elements = weightSpecs(graph).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  if (elements > MAX_ELEMENTS) {
    throw new ShapeError(`${op}: ${graph.name} has ${elements} weights, needs at most ${MAX_ELEMENTS}`);
  }
  const weights = new Map<string, Weight>();
  for (const node of graph.nodes) {
    for (const [role, { name, shape, quantization }] of Object.entries(node.weights)) {
      if (quantization) {
        weights.set(name, drawIntegers(shape, quantization, source));
        continue;
      }
      const fanIn = sizeOf(shape.slice(0, -1));
      const inputs = node.op === "depthwiseConv2d" ? shape[0] * shape[1] : fanIn;
      weights.set(name, randomTensor(shape, source, drawFor(role, inputs)));
    }
  }
  return weights;
}

/** Any eight-bit integers; biases are in the thousands, like sums of their products. */
function drawIntegers(shape: Shape, quantization: WeightQuantization, source: Random): QuantizedTensor {
  const { type } = quantization;
  const data = integersOf(type, sizeOf(shape));
  const [min, max] = INTEGER_RANGES[type];
  for (let i = 0; i < data.length; i++) {
    data[i] = type === "int32" ? Math.round(source.normal() * 4000) : min + source.integer(max - min + 1);
  }
  return { shape, data, ...quantization };
}
