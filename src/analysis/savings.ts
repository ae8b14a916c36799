/** @file Savings of depthwise-separable convolution: compares two networks block by block. */

import type { Graph } from "../graph/graph.ts";
import { readGraph } from "../graph/readGraph.ts";
import { checkInteger, sameShape } from "../tensor/shape.ts";
import { type Analysis, costOf, type LayerCost, type ParameterCounts, sum, sumParameters } from "./analyze.ts";

/** Corresponding layers of both networks. */
export interface BlockSaving {
  readonly name: string;
  readonly first: readonly LayerCost[];
  readonly second: readonly LayerCost[];
  readonly firstMacs: number;
  readonly secondMacs: number;
  readonly firstParameters: ParameterCounts;
  readonly secondParameters: ParameterCounts;
  /** MACs of the second / MACs of the first; null if either has no such layers. */
  readonly promised: number | null;
  /** O and k of 1/O + 1/k², for a separable block and its standard convolution; else null. */
  readonly formula: { readonly outputs: number; readonly kernel: number } | null;
}

export interface Savings {
  readonly first: Counted;
  readonly second: Counted;
  readonly blocks: readonly BlockSaving[];
  /** MACs of the second / MACs of the first, of the whole networks. */
  readonly promised: number;
}

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
 * Compares two networks. Blocks are those of a separable network and its standard twin if the names match; otherwise,
 * layers that work on images of the same size.
 *
 * @throws ShapeError unless both are valid graphs
 */
export function savings(first: Graph, second: Graph): Savings {
  const [a, b] = [first, second].map((graph) => ({ graph, analysis: costOf(readGraph("savings", graph)) }));
  const promised = b.analysis.total.macs / a.analysis.total.macs;
  const blocks = namedBlocks(a.analysis, b.analysis) ?? sizeBlocks(a.analysis, b.analysis);
  return { first: a, second: b, blocks, promised };
}

/**
 * Block 3 is conv_3 in one network and conv_dw_3 with conv_pw_3 in the other; other layers have the same name in both.
 */
function layersOf(name: string, { layers }: Analysis): readonly LayerCost[] {
  const index = /^conv_(\d+)$/.exec(name)?.[1];
  const names = index === undefined ? [name] : [`conv_dw_${index}`, `conv_pw_${index}`];
  const found = layers.filter((layer) => names.includes(layer.name));
  return found.length === names.length ? found : [];
}

/** @returns null unless every layer with MACs has its counterpart in the other network */
function namedBlocks(a: Analysis, b: Analysis): readonly BlockSaving[] | null {
  const blocks = b.layers
    .filter((layer) => layer.macs > 0)
    .map((layer) => {
      const own = layersOf(layer.name, a);
      const formula = isTwin(own, layer) ? { outputs: layer.outputShape[3], kernel: layer.kernel[0] } : null;
      return block(own.map(({ name }) => name).join(" + "), own, [layer], formula);
    });
  const found = sum(blocks, ({ first }) => first.length);
  const isComplete = blocks.every(({ first }) => first.length > 0);
  return isComplete && found === a.layers.filter(({ macs }) => macs > 0).length ? blocks : null;
}

/** Whether a depthwise and a pointwise layer replace the standard one: the same sizes, channels and square kernel. */
function isTwin(own: readonly LayerCost[], standard: LayerCost): standard is LayerCost & { kernel: [number, number] } {
  if (own.length !== 2 || standard.kernel === null) return false;
  const [depthwise, pointwise] = own;
  return (
    sameShape(depthwise.inputShape, standard.inputShape) &&
    sameShape(pointwise.outputShape, standard.outputShape) &&
    depthwise.kernel?.every((taps) => taps === standard.kernel?.[0]) === true
  );
}

/** One block for every image size in either network, largest first. */
function sizeBlocks(a: Analysis, b: Analysis): readonly BlockSaving[] {
  const size = ({ outputShape }: LayerCost): string => outputShape.slice(1, -1).join("×") || "1";
  const all = [a, b].map(({ layers }) => layers.filter(({ macs }) => macs > 0));
  const area = (text: string): number => text.split("×").reduce((product, side) => product * Number(side), 1);
  const sizes = [...new Set(all.flat().map(size))].sort((one, other) => area(other) - area(one));
  return sizes.map((wanted) => {
    const [own, others] = all.map((layers) => layers.filter((layer) => size(layer) === wanted));
    return block(wanted === "1" ? "dense" : wanted, own, others, null);
  });
}

function block(
  name: string,
  first: readonly LayerCost[],
  second: readonly LayerCost[],
  formula: BlockSaving["formula"],
): BlockSaving {
  const [firstMacs, secondMacs] = [first, second].map((layers) => sum(layers, ({ macs }) => macs));
  const [firstParameters, secondParameters] = [first, second].map((layers) =>
    sumParameters(layers.map(({ parameters }) => parameters)),
  );
  const promised = firstMacs > 0 && secondMacs > 0 ? secondMacs / firstMacs : null;
  return { name, first, second, firstMacs, secondMacs, firstParameters, secondParameters, promised, formula };
}
