/**
 * @file The separable blocks of a graph, found by structure: a depthwise convolution and the only pointwise one that
 * reads its channels.
 *
 *   depthwise k×k  →  [batch norm, activation, squeeze and excite]  →  pointwise
 */
import { sameShape } from "../../tensor/shape.ts";
import { type ConvNode, type Graph, type GraphNode, isConv, isDepthwiseConv, isElementwise } from "../graph.ts";
import { readersOf } from "../rewrite.ts";

export interface SeparablePair {
  readonly depthwise: ConvNode;
  readonly pointwise: ConvNode;
  /** Element-wise nodes between the two: batch norm and activations, even of several nodes, such as x · sigmoid(x). */
  readonly elementwise: readonly GraphNode[];
}

/** Pairs that one standard convolution can replace, in execution order. */
export function separablePairs(graph: Graph): readonly SeparablePair[] {
  const inside = insides(graph);
  const readers = readersOf(graph);
  const outputs = new Set(graph.outputs);
  const pairs = new Map<GraphNode, SeparablePair>();
  for (const pointwise of graph.nodes) {
    if (!isPointwise(pointwise)) continue;
    const { block, root } = inside.get(pointwise.inputs[0]) ?? OUTSIDE;
    if (block === null || root === null || !fits(block, pointwise)) continue;
    const own = new Set<GraphNode>([...block.nodes, pointwise]);
    const isClosed = block.nodes.every(({ name }) => {
      return !outputs.has(name) && (readers.get(name) ?? []).every((reader) => own.has(reader));
    });
    const { depthwise, elementwise } = block;
    if (isClosed) pairs.set(pointwise, { depthwise, pointwise, elementwise });
  }
  const made = new Map(graph.nodes.map((node) => [node.name, node]));
  for (const next of [...pairs.values()]) {
    const before = pairs.get(sourceOf(next.depthwise, made) as GraphNode);
    if (before !== undefined && isBeforeExpansion(before, next)) pairs.delete(before.pointwise);
  }
  return [...pairs.values()];
}

/** The nodes that depend on a depthwise convolution, up to the next convolution of its channels. */
interface Block {
  readonly depthwise: ConvNode;
  readonly elementwise: GraphNode[];
  /** All nodes, including squeeze and excite. */
  readonly nodes: GraphNode[];
  hasMeans: boolean;
}

/** A value inside a block. */
interface Inside {
  readonly block: Block;
  /**
   * The value of which it is an element-wise function: the depthwise convolution's, or one that squeeze and excite has
   * scaled; null for values computed from the means of all channels.
   */
  readonly root: string | null;
}

const OUTSIDE = { block: null, root: null };

/** Which values are inside a block, in one pass over the nodes. */
function insides(graph: Graph): ReadonlyMap<string, Inside> {
  const inside = new Map<string, Inside>();
  for (const node of graph.nodes) {
    if (isSpatialDepthwise(node)) {
      const block = { depthwise: node, elementwise: [], nodes: [node], hasMeans: false };
      inside.set(node.name, { block, root: node.name });
      continue;
    }
    const operands = node.inputs.map((input) => inside.get(input));
    const [first] = operands.flatMap((operand) => operand ?? []);
    if (first === undefined || operands.some((operand) => operand && operand.block !== first.block)) continue;
    const root = rootOf(node, operands);
    if (root === undefined) continue;
    const { block } = first;
    if (root !== null && root !== node.name) block.elementwise.push(node);
    block.hasMeans ||= root === null || root === node.name;
    block.nodes.push(node);
    inside.set(node.name, { block, root });
  }
  return inside;
}

/** The root of a node's value; undefined if it is not inside the block that its operands are in. */
function rootOf(node: GraphNode, operands: readonly (Inside | undefined)[]): string | null | undefined {
  const roots = operands.map((operand) => operand?.root);
  const isOfMeans = roots.every((root) => root === null || root === undefined);
  if (isOfMeans) return null;
  if (node.op === "globalAveragePool2d" || isWholeAverage(node)) return null;
  if (node.op === "mul") {
    const [a, b] = roots;
    if (a === b) return a;
    const factor = typeof a === "string" ? 1 : 0;
    const channels = node.outputShape[3];
    const isScaling = typeof roots[factor] !== "string" && sameShape(node.inputShapes[factor], [1, 1, 1, channels]);
    return isScaling && sameShape(node.inputShapes[1 - factor], node.outputShape) ? node.name : undefined;
  }
  return isElementwise(node) ? roots[0] : undefined;
}

function isWholeAverage(node: GraphNode): boolean {
  return node.op === "averagePool2d" && sameShape(node.windowDimensions, node.inputShapes[0].slice(1, 3));
}

/**
 * Whether a standard convolution can replace both. Groups must divide the channels that it reads and leave it standard;
 * means must be of as many channels as there are before the depthwise convolution.
 */
function fits({ depthwise, hasMeans }: Block, { geometry: { G } }: ConvNode): boolean {
  const { C, O } = depthwise.geometry;
  return C % G === 0 && (G === 1 || G < C) && !(hasMeans && C !== O);
}

/** The node whose result a depthwise convolution reads, skipping element-wise functions. */
function sourceOf(depthwise: ConvNode, made: ReadonlyMap<string, GraphNode>): GraphNode | undefined {
  let source = made.get(depthwise.inputs[0]);
  while (source !== undefined && isElementwise(source)) source = made.get(source.inputs[0]);
  return source;
}

/**
 * Whether a pair's pointwise convolution is the expansion of the next block, and its depthwise one comes before the
 * expansion, like the first of two in MobileNetV4: no activation inside the pair, one inside the next, and channels
 * that grow in the pair and shrink in the next.
 */
function isBeforeExpansion(pair: SeparablePair, next: SeparablePair): boolean {
  const [first, second] = [pair.pointwise.geometry, next.pointwise.geometry];
  return !isActivated(pair) && isActivated(next) && first.O > first.C && second.O < second.C;
}

function isActivated({ depthwise, elementwise }: SeparablePair): boolean {
  return (
    depthwise.activation !== "none" ||
    elementwise.some(({ op }) => op !== "batchNormalization" && op !== "fakeQuantize")
  );
}

function isSpatialDepthwise(node: GraphNode): node is ConvNode {
  return isConv(node) && isDepthwiseConv(node) && node.geometry.KH * node.geometry.KW > 1;
}

/** Of stride 1 and without padding, so that it reads every pixel once. */
function isPointwise(node: GraphNode): node is ConvNode {
  if (!isConv(node) || isDepthwiseConv(node)) return false;
  const { KH, KW, strideH, strideW, padTop, padBottom, padLeft, padRight } = node.geometry;
  return KH * KW * strideH * strideW === 1 && padTop + padBottom + padLeft + padRight === 0;
}
