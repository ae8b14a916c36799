/** @file Replaces standard convolutions in a graph with depthwise and pointwise ones. */

import type { Activation } from "../../geometry/activation.ts";
import { appendAgain } from "../again.ts";
import { builderOf } from "../builder.ts";
import type { ConvNode, Graph, GraphNode } from "../graph.ts";
import { freeNames, withWeightNames } from "../names.ts";
import { windowOf } from "../operations/window.ts";
import type { StandardLayer } from "./layers.ts";

/** How a layer is replaced. */
export interface Replacement {
  readonly layer: StandardLayer;
  readonly multiplier: number;
  readonly between: Between;
}

/** The nodes between the two convolutions; null: those that follow the layer. */
export interface Between {
  readonly batchNorm: boolean | null;
  readonly activation: Activation | null;
}

/** The nodes that replaced a layer. */
export interface ReplacedLayer extends Replacement {
  readonly depthwise: GraphNode;
  readonly norm: GraphNode | null;
  readonly pointwise: GraphNode;
}

/** @returns the graph, and the new nodes in the order of the replacements, which is execution order */
export function withReplacements(
  graph: Graph,
  replacements: readonly Replacement[],
): { readonly graph: Graph; readonly replaced: readonly ReplacedLayer[] } {
  const list = builderOf(`${graph.name}_separable`, graph.inputs);
  const byNode = new Map(replacements.map((replacement) => [replacement.layer.node, replacement]));
  const nameFor = freeNames(graph);
  const replaced: ReplacedLayer[] = [];
  for (const node of graph.nodes) {
    const replacement = byNode.get(node as ConvNode);
    if (replacement === undefined) appendAgain(list, node);
    else replaced.push(appendSeparable(list, replacement, nameFor));
  }
  return { graph: list.build(graph.outputs.map((output) => [output, output])), replaced };
}

function appendSeparable(
  { builder, nodes }: ReturnType<typeof builderOf>,
  replacement: Replacement,
  nameFor: (wanted: string) => string,
): ReplacedLayer {
  const { layer, multiplier, between } = replacement;
  const { name, inputs, geometry, weights } = layer.node;
  const hasNorm = between.batchNorm ?? layer.norm !== null;
  const activation = between.activation ?? layer.activation;
  const bias = "bias" in weights;
  const { KH, KW, G, O } = geometry;
  const last = (): GraphNode => nodes[nodes.length - 1];

  const depthwiseName = nameFor(`${name}_depthwise`);
  let x = builder.depthwiseConv2d(inputs[0], {
    name: depthwiseName,
    kernel: [KH, KW],
    ...windowOf(geometry),
    multiplier,
    bias: bias && !hasNorm && activation !== "none", // with nothing in between, the bias that follows serves both
    activation: hasNorm ? "none" : activation,
  });
  const depthwise = last();
  let norm: GraphNode | null = null;
  if (hasNorm) {
    const like = layer.norm === null ? {} : { epsilon: layer.norm.epsilon };
    x = builder.batchNormalization(x, { name: nameFor(`${depthwiseName}_bn`), ...like });
    norm = last();
    if (activation !== "none")
      x = builder.activation(x, activation, { name: nameFor(`${depthwiseName}_${activation}`) });
  }
  const spec = { name, outputs: O, bias, activation: layer.node.activation };
  if (G === 1) builder.pointwiseConv2d(x, spec);
  else builder.conv2d(x, { ...spec, kernel: 1, groups: G });
  const pointwise = withWeightNames(last(), layer.node);
  nodes[nodes.length - 1] = pointwise;
  return { ...replacement, depthwise, norm, pointwise };
}
