/**
 * @file What MobileNetV1 and its small relatives are made of: a standard convolution, blocks of a depthwise and a pointwise
 * one, the mean of each channel, and a fully connected layer. Source: arXiv 1704.04861, Figure 3 and Table 1.
 */
import type { Activation } from "../geometry/activation.ts";
import { graphBuilder } from "../graph/builder.ts";
import type { Graph } from "../graph/graph.ts";
import type { GraphBuilder, Value } from "../graph/specs.ts";
import type { NetworkSettings } from "./settings.ts";

export interface BlockSpec {
  /** In the names of its layers. */
  readonly index: number;
  /** Channels at width 1. */
  readonly outputs: number;
  readonly strides: 1 | 2;
}

export interface SeparableNetworkSpec {
  readonly name: string;
  readonly settings: NetworkSettings;
  readonly stem: { readonly outputs: number; readonly strides: 1 | 2 };
  readonly blocks: readonly BlockSpec[];
  /** From channels at width 1 to those that there are. */
  readonly width: (outputs: number) => number;
  /** "standard": one standard 3×3 convolution stands for each block. */
  readonly convolution: "separable" | "standard";
  /** After every convolution, behind its batch norm. */
  readonly activation: Activation;
}

/** Layers are named as in Keras' MobileNetV1. The graph ends in scores, [1, classes]. */
export function separableNetwork(spec: SeparableNetworkSpec): Graph {
  const { name, settings, stem, blocks, width, convolution, activation } = spec;
  const { batchNorm, epsilon } = settings;
  const g = graphBuilder(name, settings.input);
  const spatial = { padding: settings.padding === "same" ? "same" : 1, bias: !batchNorm } as const;
  const finish: Finish = (x, layer) => {
    const normal = batchNorm ? g.batchNormalization(x, { name: `${layer}_bn`, epsilon }) : x;
    return g.activation(normal, activation, { name: `${layer}_relu` });
  };
  const block = convolution === "separable" ? separableBlock : standardBlock;
  let x = g.conv2d(g.input, { name: "conv1", outputs: width(stem.outputs), strides: stem.strides, ...spatial });
  x = finish(x, "conv1");
  for (const { index, outputs, strides } of blocks) x = block(g, x, index, width(outputs), strides, spatial, finish);
  x = g.globalAveragePool2d(x, { name: "global_average_pooling2d" });
  x = g.reshape(x, [1, g.shapeOf(x)[3]], { name: "flatten" });
  return g.build(g.dense(x, { name: "conv_preds", outputs: settings.classes }));
}

/** In the network's name. */
export function variantsOf(convolution: "separable" | "standard", isShallow: boolean): readonly string[] {
  return [...(convolution === "standard" ? ["standard"] : []), ...(isShallow ? ["shallow"] : [])];
}

type Finish = (x: Value, layer: string) => Value;

type Block = (
  g: GraphBuilder,
  x: Value,
  index: number,
  outputs: number,
  strides: number,
  common: { readonly padding: "same" | 1; readonly bias: boolean },
  finish: Finish,
) => Value;

const separableBlock: Block = (g, x, index, outputs, strides, common, finish) => {
  const filtered = finish(g.depthwiseConv2d(x, { name: `conv_dw_${index}`, strides, ...common }), `conv_dw_${index}`);
  const mixed = g.pointwiseConv2d(filtered, { name: `conv_pw_${index}`, outputs, bias: common.bias });
  return finish(mixed, `conv_pw_${index}`);
};

const standardBlock: Block = (g, x, index, outputs, strides, common, finish) =>
  finish(g.conv2d(x, { name: `conv_${index}`, outputs, strides, ...common }), `conv_${index}`);
