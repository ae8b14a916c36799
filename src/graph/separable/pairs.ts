/**
 * @file The separable blocks of a graph, found by structure: a depthwise convolution and the pointwise one that reads
 * its channels.
 *
 *   depthwise k×k  →  [batch norm, activation, squeeze and excite]  →  pointwise
 */
import { isDepthwise } from "../../geometry/conv2d.ts";
import { sameShape } from "../../tensor/shape.ts";
import { type ConvNode, type Graph, type GraphNode, isConv } from "../graph.ts";
import { readersOf } from "../rewrite.ts";

export interface SeparablePair {
  readonly depthwise: ConvNode;
  readonly pointwise: ConvNode;
  /** What works on each element between the two: batch norm and activations. */
  readonly elementwise: readonly GraphNode[];
}

/** Pairs that one standard convolution can replace, in execution order. */
export function separablePairs(graph: Graph): readonly SeparablePair[] {
  const made = new Map(graph.nodes.map((node) => [node.name, node]));
  const readers = readersOf(graph);
  const pairs = graph.nodes.flatMap((node): SeparablePair[] => {
    if (!isPointwise(node)) return [];
    const path = pathFrom(node.inputs[0], made);
    if (path === null || !isClosed(graph, node, path, readers)) return [];
    return [{ depthwise: path.depthwise, pointwise: node, elementwise: path.elementwise }];
  });
  return pairs.filter((pair) => !pairs.some((next) => isBeforeExpansion(pair, next, made)));
}

interface Path {
  readonly depthwise: ConvNode;
  readonly elementwise: readonly GraphNode[];
  /** Multiplications of each channel by a factor, as in squeeze and excite. */
  readonly scalings: readonly GraphNode[];
}

/** Walks from a pointwise convolution's input back to the depthwise one; null if something else is on the way. */
function pathFrom(value: string, made: ReadonlyMap<string, GraphNode>): Path | null {
  const node = made.get(value);
  switch (node?.op) {
    case "conv2d":
    case "depthwiseConv2d":
      return isSpatialDepthwise(node) ? { depthwise: node, elementwise: [], scalings: [] } : null;
    case "batchNormalization":
    case "activation":
    case "clamp":
    case "hardSigmoid": {
      const path = pathFrom(node.inputs[0], made);
      return path && { ...path, elementwise: [...path.elementwise, node] };
    }
    case "mul": {
      const channels = node.outputShape[3];
      const main = node.inputShapes.findIndex((shape) => sameShape(shape, node.outputShape));
      if (main === -1 || !sameShape(node.inputShapes[1 - main], [1, 1, 1, channels])) return null;
      const path = pathFrom(node.inputs[main], made);
      return path && { ...path, scalings: [...path.scalings, node] };
    }
    default:
      return null;
  }
}

/**
 * Whether nothing but the block reads what is inside. A mean of each channel may, as in squeeze and excite: it has as
 * many channels before the depthwise convolution.
 */
function isClosed(
  { outputs }: Graph,
  pointwise: ConvNode,
  { depthwise, elementwise, scalings }: Path,
  readers: ReadonlyMap<string, readonly GraphNode[]>,
): boolean {
  const { C, O } = depthwise.geometry;
  const inside = [depthwise, ...elementwise, ...scalings];
  const own = new Set<GraphNode>([...inside, pointwise]);
  const isMean = ({ op, outputShape }: GraphNode): boolean =>
    op.endsWith("Pool2d") && C === O && sameShape(outputShape, [1, 1, 1, C]);
  if (scalings.length > 0 && C !== O) return false;
  return inside.every(({ name }) => {
    if (outputs.includes(name)) return false;
    return (readers.get(name) ?? []).every((reader) => own.has(reader) || isMean(reader));
  });
}

/**
 * Whether the pair's pointwise convolution is the expansion of the next one's block, and the depthwise one stands
 * before it, as the first of two in MobileNetV4: the first block has no activation inside, the second one has, and
 * the channels grow in the first and shrink in the second.
 */
function isBeforeExpansion(pair: SeparablePair, next: SeparablePair, made: ReadonlyMap<string, GraphNode>): boolean {
  if (isActivated(pair) || !isActivated(next)) return false;
  const [first, second] = [pair.pointwise.geometry, next.pointwise.geometry];
  if (first.O <= first.C || second.O >= second.C) return false;
  let before = made.get(next.depthwise.inputs[0]);
  while (before?.op === "batchNormalization" || before?.op === "activation" || before?.op === "clamp") {
    before = made.get(before.inputs[0]);
  }
  return before === pair.pointwise;
}

function isActivated({ depthwise, elementwise }: SeparablePair): boolean {
  return depthwise.activation !== "none" || elementwise.some(({ op }) => op !== "batchNormalization");
}

function isSpatialDepthwise({ op, geometry }: ConvNode): boolean {
  return geometry.KH * geometry.KW > 1 && (op === "depthwiseConv2d" || isDepthwise(geometry));
}

/** Of stride 1 and without padding, so that it reads every pixel once. */
function isPointwise(node: GraphNode): node is ConvNode {
  if (!isConv(node) || node.op === "depthwiseConv2d" || isDepthwise(node.geometry)) return false;
  const { KH, KW, strideH, strideW, padTop, padBottom, padLeft, padRight } = node.geometry;
  return KH * KW * strideH * strideW === 1 && padTop + padBottom + padLeft + padRight === 0;
}
