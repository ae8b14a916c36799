/** @file The WebAssembly of a network's layer, as text. */

import { folded } from "../graph/foldBatchNorm.ts";
import { fused } from "../graph/fuseActivation.ts";
import { type Graph, type GraphNode, weightSpecs } from "../graph/graph.ts";
import { kernelOf } from "../graph/operations.ts";
import { readGraph } from "../graph/readGraph.ts";
import { ENGINES, type Engine, engineHere, PRECISIONS, type Precision, sizesFor } from "../kernels/simd/engines.ts";
import { simdKernels } from "../kernels/simd.ts";
import { oneOf, ShapeError, show } from "../tensor/errors.ts";
import { Tensor } from "../tensor/tensor.ts";
import { encodeModule } from "../wasm/module.ts";
import { printFunctions } from "../wasm/text.ts";

/** A function called for a layer, with those that it calls. */
export interface EmittedLaunch {
  /** WebAssembly text, with comments that relate it to the formula. */
  readonly text: string;
  /** Bytes of a module with only these. */
  readonly bytes: number;
  /** The range that threads share. */
  readonly units: number;
}

/** The code that a layer runs on the simd tier. */
export interface EmittedLayer {
  /** As a session runs it: batch norm folded, activation fused. */
  readonly node: GraphNode;
  /** Empty for pad, concat, transpose and reshape: plain TypeScript or nothing. */
  readonly launches: readonly EmittedLaunch[];
}

/**
 * The WebAssembly that a layer of a graph runs on the simd tier.
 *
 * @param name of the layer, as in a summary
 * @param engine whose tile sizes to use: those for Node 20 and 22, or for newer engines; default: the current engine
 * @throws ShapeError for an unknown layer, listing the graph's; for an unknown precision or engine
 *
 * @example
 * const { node, launches } = emittedLayer(mobilenetV1(), "conv_dw_3");
 * node.op; // "depthwiseConv2d"
 * launches[0].text.startsWith("(func"); // true
 */
export function emittedLayer(
  graph: Graph,
  name: string,
  precision: Precision = "exact",
  engine: Engine = engineHere(),
): EmittedLayer {
  const own = readGraph("emittedLayer", graph);
  oneOf("emittedLayer", "precision", precision, PRECISIONS);
  oneOf("emittedLayer", "engine", engine, ENGINES);
  const { graph: network } = folded(own, anyWeights(own));
  const { nodes } = fused(network);
  const node = nodes.find((candidate) => candidate.name === name);
  if (node === undefined) {
    const names = nodes.map((candidate) => candidate.name).join(", ");
    throw new ShapeError(`${graph.name} has no layer ${show(name)}, has ${names}`);
  }
  const kernels = simdKernels(precision, sizesFor(precision, engine));
  const kernel = kernelOf(kernels, node);
  if (kernel === null || kernel.kind === "host") return { node, launches: [] };
  const launches = kernel.launches.map(({ func, units }) => ({
    text: printFunctions([func]),
    bytes: encodeModule({ entry: func }, { pages: 1, shared: false }).length,
    units,
  }));
  return { node, launches };
}

/**
 * Weights that take no memory: the code does not depend on them. With a variance of 1 batch norm folds, whatever its ε.
 */
function anyWeights(graph: Graph): Map<string, Tensor> {
  const one = new Tensor(Float32Array.of(1), []);
  return new Map(weightSpecs(graph).map(({ name, shape }) => [name, one.broadcastTo(shape)]));
}
