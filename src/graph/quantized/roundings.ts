/** @file The values that a graph rounds: layers, means and sums that can compute with integers. */
import type { Tensor } from "../../tensor/tensor.ts";
import type { Weight } from "../../tensor/weight.ts";
import { type Graph, type GraphNode, isConv, type LinearNode } from "../graph.ts";
import { countReaders } from "../rewrite.ts";
import type { Weights } from "../weights.ts";

/** The integers that a weight was made from. */
export interface Origin {
  readonly type: "int8" | "uint8" | "int32";
  /** One for all, or one for each output channel. */
  readonly scales: readonly number[];
  readonly zeroPoints: readonly number[];
  /** Of a bias, in its order. */
  readonly integers: ArrayLike<number>;
}

/** What a rounding rounds. Nothing else reads the nodes of its chain; they are made where the result is rounded. */
export type Rounded = Layer | Mean | Sum;

/** A layer with an integer filter: its node, and that of a limit. */
export interface Layer {
  readonly kind: "layer";
  readonly chain: readonly [LinearNode, ...GraphNode[]];
  readonly activation: LinearNode["activation"];
  readonly filter: Origin;
  readonly bias: Origin | null;
}

/** The mean of whole images, and a reshape to [n, c]. */
interface Mean {
  readonly kind: "mean";
  readonly chain: readonly GraphNode[];
}

/** The sum of two values; it stays a sum of real numbers, and its zero point is added in two parts. */
interface Sum {
  readonly kind: "sum";
  readonly chain: readonly [];
}

/** Operations that move numbers, or find the largest. */
export const MOVES: ReadonlySet<string> = new Set([
  ...["maxPool2d", "concat", "reshape", "transpose", "slice", "gather", "expand", "tile"],
]);

/** What can compute with integers, by the name of the rounding. */
export function roundingsIn(
  graph: Graph,
  weights: Weights<Weight>,
  originOf: (weight: string) => Origin | null,
): ReadonlyMap<string, Rounded> {
  const nodes = new Map(graph.nodes.map((node) => [node.name, node]));
  const readers = countReaders(graph);
  const before = ({ inputs: [x] }: GraphNode): GraphNode | null => (readers.get(x) === 1 && nodes.get(x)) || null;
  /** Whether a value may be integers: it is rounded, or moved after rounding. */
  const isRounded = (value: string): boolean => {
    const node = nodes.get(value);
    return node?.op === "fakeQuantize" || (node !== undefined && MOVES.has(node.op) && node.inputs.every(isRounded));
  };
  const found = new Map<string, Rounded>();
  for (const rounding of graph.nodes) {
    const last = rounding.op === "fakeQuantize" ? before(rounding) : null;
    if (last === null) continue;
    const one = layerOf(last, before, weights, originOf) ?? meanOf(last, before) ?? sumOf(last);
    const inputs = one?.chain[0]?.inputs ?? last.inputs;
    if (one && inputs.every(isRounded)) found.set(rounding.name, one);
  }
  return found;
}

type Before = (node: GraphNode) => GraphNode | null;

function layerOf(
  last: GraphNode,
  before: Before,
  weights: Weights<Weight>,
  originOf: (weight: string) => Origin | null,
): Layer | null {
  const limit = limitOf(last);
  const node = limit ? before(last) : last;
  if (!node || !(isConv(node) || node.op === "dense") || (limit && node.activation !== "none")) return null;
  const filter = originOf(node.weights.filter.name);
  const bias = node.weights.bias ? originOf(node.weights.bias.name) : null;
  const activation = limit ?? node.activation;
  const isSplit = node.op === "depthwiseConv2d" && node.weights.filter.shape[3] > 1;
  if (filter === null || (isSplit && filter.scales.length > 1)) return null;
  if (node.weights.bias && bias?.type !== "int32") return null;
  if (!/^(none|relu6?)$/.test(activation)) return null;
  if (!isMadeOf(weights.get(node.weights.filter.name) as Tensor, filter)) return null;
  return { kind: "layer", chain: limit ? [node, last] : [node], activation, filter, bias };
}

function meanOf(last: GraphNode, before: Before): Mean | null {
  const isFlat = last.op === "reshape" && last.outputShape.length === 2;
  const mean = isFlat ? before(last) : last;
  return mean && isMean(mean) ? { kind: "mean", chain: isFlat ? [mean, last] : [mean] } : null;
}

function sumOf({ op }: GraphNode): Sum | null {
  return op === "add" ? { kind: "sum", chain: [] } : null;
}

/** Whether a node averages whole images. */
function isMean(node: GraphNode): boolean {
  if (node.op === "globalAveragePool2d") return true;
  return node.op === "reduceMean" && node.inputShapes[0].length === 4 && node.axes.join() === "1,2";
}

/** Whether a filter is made from integers at the scales of its outputs; a file may have scales along another axis. */
function isMadeOf(filter: Tensor, { type, scales }: Origin): boolean {
  if (type === "int32") return false;
  return filter.toFloat32Array().every((number, i) => {
    const scale = scales[scales.length > 1 ? i % scales.length : 0];
    return Math.fround(Math.round(number / scale) * scale) === number;
  });
}

/** The activation that a node amounts to, if it is a limit. */
function limitOf(node: GraphNode): "relu" | "relu6" | null {
  if (node.op === "activation")
    return node.activation === "relu" || node.activation === "relu6" ? node.activation : null;
  if (node.op !== "clamp" || node.minValue !== 0) return null;
  if (node.maxValue >= LARGEST) return "relu";
  return node.maxValue === 6 ? "relu6" : null;
}

/** A limit of this size or more has no effect. */
const LARGEST = 3.4028234663852886e38;
