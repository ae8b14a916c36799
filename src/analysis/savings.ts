/** @file Savings of depthwise-separable convolution: compares two networks block by block. */

import type { Graph } from "../graph/graph.ts";
import { readGraph } from "../graph/readGraph.ts";
import { checkInteger, sameShape } from "../tensor/shape.ts";
import { type Analysis, costOf, type LayerCost, type ParameterCounts, sum, sumParameters } from "./analyze.ts";
import { type Block, type BlockForm, blocksOf, formulaOf, type SeparableFormula } from "./blocks.ts";
import { type BlockPair, matchBlocks } from "./matchBlocks.ts";

/** Corresponding layers of both networks, or those of one without a counterpart. */
export interface BlockSaving {
  readonly name: string;
  readonly first: readonly LayerCost[];
  readonly second: readonly LayerCost[];
  readonly firstMacs: number;
  readonly secondMacs: number;
  /** Products of the second, which may use another algorithm. */
  readonly secondProducts: number;
  readonly firstParameters: ParameterCounts;
  readonly secondParameters: ParameterCounts;
  /**
   * Products of the second / products of the first; null if either has no such layers. Products are MACs, except in
   * layers computed by Winograd's method.
   */
  readonly promised: number | null;
  /** The block's form in each network; null where it has no counterpart. */
  readonly forms: readonly [first: BlockForm | null, second: BlockForm | null];
  /** Of the separable block: the first network's if both have one, null if neither has. */
  readonly formula: SeparableFormula | null;
  /** Whether the first is a separable block and the second the standard convolution that it replaces. */
  readonly areTwins: boolean;
}

/** Two networks compared by their counts. */
export interface Savings {
  readonly first: Counted;
  readonly second: Counted;
  readonly blocks: readonly BlockSaving[];
  /** Products of the second / products of the first, for the whole networks. */
  readonly promised: number;
}

/** A network and its counts. */
export interface Counted {
  readonly graph: Graph;
  readonly analysis: Analysis;
}

/**
 * How many times cheaper a separable block is than a standard convolution, by the paper's formula (arXiv 1704.04861,
 * section 3.1) for the cost ratio, 1/O + 1/k²:
 *
 *   1 / (1/O + 1/k²)
 *
 * @param outputs O, output channels
 * @param kernel  k, taps along each side
 *
 * @throws ShapeError unless both are integers >= 1
 *
 * @example separableSaving(512, 3); // 8.844529750479847
 */
export function separableSaving(outputs: number, kernel: number): number {
  checkInteger("separableSaving", "outputs", outputs, 1);
  checkInteger("separableSaving", "kernel", kernel, 1);
  return 1 / (1 / outputs + 1 / (kernel * kernel));
}

/**
 * Compares the counts of two networks. Blocks are found by structure and matched by form and shapes, in order,
 * regardless of layer names; a block without a counterpart is listed alone.
 *
 * @throws ShapeError unless both are valid graphs
 *
 * @example
 * const { promised, blocks } = savings(mobilenetV1(), mobilenetV1({ convolution: "standard" }));
 * promised.toFixed(2); // "8.56"
 * blocks[1].forms; // ["separable", "standard"]
 */
export function savings(first: Graph, second: Graph): Savings {
  const [a, b] = [first, second].map((graph) => ({ graph, analysis: costOf(readGraph("savings", graph)) }));
  return savingsOf(a, b);
}

/** Does the same for networks that have been counted. */
export function savingsOf(a: Counted, b: Counted): Savings {
  const promised = b.analysis.total.products / a.analysis.total.products;
  const blocks = matchBlocks(blocksOf(a.analysis.layers), blocksOf(b.analysis.layers)).map(blockSaving);
  return { first: a, second: b, blocks, promised };
}

function blockSaving({ first: own, second: other }: BlockPair): BlockSaving {
  const [first, second] = [own, other].map((block) => block?.layers ?? []);
  const [firstMacs, secondMacs] = [first, second].map((layers) => sum(layers, ({ macs }) => macs));
  const [firstProducts, secondProducts] = [first, second].map((layers) => sum(layers, ({ products }) => products));
  const [firstParameters, secondParameters] = [first, second].map((layers) =>
    sumParameters(layers.map(({ parameters }) => parameters)),
  );
  return {
    name: (first.length > 0 ? first : second).map(({ name }) => name).join(" + "),
    forms: [own?.form ?? null, other?.form ?? null],
    first,
    second,
    firstMacs,
    secondMacs,
    secondProducts,
    firstParameters,
    secondParameters,
    promised: firstProducts > 0 && secondProducts > 0 ? secondProducts / firstProducts : null,
    formula: (own && formulaOf(own)) ?? (other && formulaOf(other)) ?? null,
    areTwins: own !== null && other !== null && areTwins(own, other),
  };
}

/** Whether a separable block replaces a standard convolution: the same shapes, kernel, strides and groups. */
function areTwins({ form, layers }: Block, standard: Block): boolean {
  if (form !== "separable" || standard.form !== "standard") return false;
  const [depthwise, pointwise] = layers;
  const [conv] = standard.layers;
  return (
    sameShape(depthwise.inputShape, conv.inputShape) &&
    sameShape(pointwise.outputShape, conv.outputShape) &&
    depthwise.kernel?.join() === conv.kernel?.join() &&
    depthwise.strides?.join() === conv.strides?.join() &&
    conv.groups === pointwise.groups
  );
}
