/**
 * @file Builds MobileNetV1 and its small relatives: a standard convolution, blocks of a depthwise and a pointwise one,
 * the mean of each channel, and a fully connected layer. Source: arXiv 1704.04861, Figure 3 and Table 1.
 */
import type { Activation } from "../geometry/activation.ts";
import type { Graph } from "../graph/graph.ts";
import { blockBuilder } from "./blocks.ts";
import type { NetworkSettings } from "./settings.ts";

/** A table of blocks: output channels at width 1, and stride. */
export type BlockTable = readonly (readonly [outputs: number, strides: 1 | 2])[];

export interface SeparableNetworkSpec {
  readonly name: string;
  readonly settings: NetworkSettings;
  readonly stem: { readonly outputs: number; readonly strides: 1 | 2 };
  readonly blocks: BlockTable;
  /** Blocks that are left out, numbered from 1. */
  readonly skips: readonly number[];
  /** Scales channels at width 1 to the actual number. */
  readonly width: (outputs: number) => number;
  /** "standard": one standard 3×3 convolution replaces each block. */
  readonly convolution: "separable" | "standard";
  /** After every convolution and its batch norm. */
  readonly activation: Activation;
}

/** Layers are named as in Keras' MobileNetV1. The graph ends in scores, [1, classes]. */
export function separableNetwork(spec: SeparableNetworkSpec): Graph {
  const { name, settings, stem, blocks, skips, width, convolution, activation } = spec;
  const b = blockBuilder(name, settings, KERAS_NAMES);
  let x = b.conv(b.g.input, {
    name: "conv1",
    outputs: width(stem.outputs),
    kernel: 3,
    strides: stem.strides,
    activation,
  });
  blocks.forEach(([channels, strides], i) => {
    const [index, outputs] = [i + 1, width(channels)];
    if (skips.includes(index)) return;
    if (convolution === "standard") {
      x = b.conv(x, { name: `conv_${index}`, outputs, kernel: 3, strides, activation });
      return;
    }
    x = b.depthwise(x, { name: `conv_dw_${index}`, strides, activation });
    x = b.conv(x, { name: `conv_pw_${index}`, outputs, activation });
  });
  return b.classify(x);
}

const KERAS_NAMES = {
  activation: "relu",
  pool: "global_average_pooling2d",
  scores: "conv_preds",
};

/** Returns words for the network's name. */
export function variantsOf(convolution: "separable" | "standard", isShallow: boolean): readonly string[] {
  return [...(convolution === "standard" ? ["standard"] : []), ...(isShallow ? ["shallow"] : [])];
}
