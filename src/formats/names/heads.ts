/**
 * @file Heads of fine-tuned networks: dense layers of any name in place of the family's own. Their shapes reveal their
 * order, because each layer reads the outputs of the one before, but not the operations between them.
 */

import { appendAgain } from "../../graph/again.ts";
import { builderOf } from "../../graph/builder.ts";
import { type Graph, outputShapeOf, weightSpecs } from "../../graph/graph.ts";
import type { Weights } from "../../graph/weights.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { warn } from "../../tensor/warn.ts";

/**
 * Finds the dense layer of a file that replaces the family's own head: the first of the chain.
 *
 * @param dense names of layers whose filters are matrices in the file
 * @returns its name and the family's; null if there is no such layer, or if the file has the family's own
 */
export function headOf(
  weights: ReadonlyMap<string, Tensor>,
  dense: readonly string[],
): { readonly layer: string; readonly head: string } | null {
  const isStem = (layer: string): boolean => weights.get(`${layer}/filter`)?.shape.length === 4;
  const head = isStem("conv1") ? "conv_preds" : isStem("stem") ? "scores" : null;
  if (head === null || weights.has(`${head}/filter`)) return null;
  const shapes = dense.map((layer) => ({ layer, shape: weights.get(`${layer}/filter`)?.shape ?? [] }));
  const made = new Set(shapes.map(({ shape }) => shape[1]));
  const first = shapes.find(({ shape }) => !made.has(shape[0])) ?? shapes[0];
  return first === undefined ? null : { layer: first.layer, head };
}

/** Appends the dense layers that the weights have after the network's own last one, if any, with ReLU before each. */
export function withHead(graph: Graph, weights: Weights): Graph {
  const own = new Set(weightSpecs(graph).map(({ name }) => name));
  const rest = new Map<string, Tensor>();
  for (const [name, tensor] of weights) {
    if (name.endsWith("/filter") && !own.has(name) && tensor instanceof Tensor && tensor.shape.length === 2)
      rest.set(name.slice(0, -7), tensor);
  }
  const chain: string[] = [];
  let width = outputShapeOf(graph).at(-1);
  for (;;) {
    const next = [...rest].find(([, { shape }]) => shape[0] === width);
    if (next === undefined) break;
    chain.push(next[0]);
    rest.delete(next[0]);
    width = next[1].shape[1];
  }
  if (chain.length === 0) return graph;
  warn(`the dense layers ${[graph.output, ...chain].join(", ")} follow one another; ReLU between them is a guess`);
  const copy = builderOf(graph.name, graph.inputs);
  for (const node of graph.nodes) appendAgain(copy, node);
  let x = graph.output;
  for (const name of chain) {
    const [, outputs] = (weights.get(`${name}/filter`) as Tensor).shape;
    x = copy.builder.dense(copy.builder.activation(x, "relu"), { name, outputs, bias: weights.has(`${name}/bias`) });
  }
  return copy.builder.build(x);
}
