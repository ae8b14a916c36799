/**
 * @file The building blocks of MobileNets. A convolution here includes its batch norm and activation.
 *
 *   inverted residual     V2: expand 1×1, depthwise k×k, project 1×1 without activation; plus the input if shapes agree
 *   squeeze and excite    V3: scales every channel by a factor from 0 to 1, computed from the means of all channels
 *   universal inverted    V4: a depthwise convolution before the expansion, in the middle, in both positions or neither
 *   bottleneck
 */
import type { Activation } from "../geometry/activation.ts";
import { graphBuilder } from "../graph/builder.ts";
import type { Graph } from "../graph/graph.ts";
import type { GraphBuilder } from "../graph/methods/graphBuilder.ts";
import type { Value } from "../graph/methods/value.ts";
import type { NetworkSettings } from "./settings.ts";
import { makeDivisible } from "./width.ts";

export interface LayerSpec {
  readonly name: string;
  /** Taps along each side. Default 1; depthwise 3. */
  readonly kernel?: number;
  readonly strides?: number;
  /** Default "none". */
  readonly activation?: Activation;
}

export interface DenseLayerSpec extends LayerSpec {
  readonly outputs: number;
  /** Whether batch norm follows, as after a convolution. */
  readonly normalized: boolean;
}

/** A graph builder that applies the settings to convolutions: padding, and batch norm or bias. */
export interface BlockBuilder {
  readonly g: GraphBuilder;
  conv(x: Value, spec: LayerSpec & { readonly outputs: number }): Value;
  depthwise(x: Value, spec: LayerSpec): Value;
  /** A fully connected layer with bias and activation, or with batch norm. */
  dense(x: Value, spec: DenseLayerSpec): Value;
  /** Ends the graph with channel means and class scores, [1, classes]; `between` takes and returns rows [1, c]. */
  classify(x: Value, between?: (means: Value) => Value): Graph;
  channels(x: Value): number;
}

/** Names of layers that have no spec. */
export interface LayerNames {
  /** Suffix that names a layer's activation; default the activation itself, e.g. "relu6". */
  readonly activation?: string;
  readonly pool: string;
  readonly scores: string;
}

export function blockBuilder(
  name: string,
  settings: NetworkSettings,
  names: LayerNames = { pool: "pool", scores: "scores" },
): BlockBuilder {
  const g = graphBuilder(name, settings.input);
  const { batchNorm, epsilon, classes } = settings;
  const paddingOf = (kernel: number) => (settings.padding === "same" ? "same" : Math.floor(kernel / 2));
  const activated = (x: Value, layer: string, activation: Activation): Value =>
    activation === "none" ? x : g.activation(x, activation, { name: `${layer}_${names.activation ?? activation}` });
  const finish = (x: Value, { name: layer, activation = "none" }: LayerSpec): Value => {
    const normal = batchNorm ? g.batchNormalization(x, { name: `${layer}_bn`, epsilon }) : x;
    return activated(normal, layer, activation);
  };
  const channels = (x: Value): number => g.shapeOf(x)[g.shapeOf(x).length - 1];
  return {
    g,
    channels,
    conv: (x, spec) => {
      const { name: layer, kernel = 1, strides = 1, outputs } = spec;
      const common = { name: layer, outputs, strides, bias: !batchNorm };
      if (kernel === 1 && strides === 1) return finish(g.pointwiseConv2d(x, common), spec);
      return finish(g.conv2d(x, { ...common, kernel, padding: paddingOf(kernel) }), spec);
    },
    depthwise: (x, spec) => {
      const { name: layer, kernel = 3, strides = 1 } = spec;
      const padding = paddingOf(kernel);
      return finish(g.depthwiseConv2d(x, { name: layer, kernel, strides, padding, bias: !batchNorm }), spec);
    },
    dense: (x, spec) => {
      const { name: layer, outputs, normalized, activation = "none" } = spec;
      if (normalized) return finish(g.dense(x, { name: layer, outputs, bias: !batchNorm }), spec);
      return activated(g.dense(x, { name: layer, outputs }), layer, activation);
    },
    classify: (x, between = (means) => means) => {
      const means = g.globalAveragePool2d(x, { name: names.pool });
      const flat = between(g.reshape(means, [1, channels(means)], { name: "flatten" }));
      return g.build(g.dense(flat, { name: names.scores, outputs: classes }));
    },
  };
}

export interface InvertedResidualSpec {
  readonly name: string;
  readonly kernel: number;
  readonly strides: number;
  /** Channels inside the block; if equal to the input's, there is no expansion. */
  readonly expanded: number;
  readonly outputs: number;
  /** After the expansion and the depthwise convolution. */
  readonly activation: Activation;
  /** Whether squeeze and excite follows the depthwise convolution. Default false. */
  readonly excite?: boolean;
}

/**
 * Source: M. Sandler et al., arXiv 1801.04381, Figure 4 and Table 1; with squeeze and excite arXiv 1905.02244, Figure
 * 4.
 */
export function invertedResidual(b: BlockBuilder, input: Value, spec: InvertedResidualSpec): Value {
  const { name, kernel, strides, expanded, outputs, activation } = spec;
  const isWider = expanded !== b.channels(input);
  let x = isWider ? b.conv(input, { name: `${name}_expand`, outputs: expanded, activation }) : input;
  x = b.depthwise(x, { name: `${name}_depthwise`, kernel, strides, activation });
  if (spec.excite) x = squeezeAndExcite(b, x, name);
  return withInput(b, input, b.conv(x, { name: `${name}_project`, outputs }), name);
}

/**
 * y[c] = x[c] · hardSigmoid( W₂ relu( W₁ mean(x) + b₁ ) + b₂ )[c], through a quarter of the channels; no batch norm.
 *
 * Source: J. Hu et al., arXiv 1709.01507, section 3; for the quarter and the hard sigmoid arXiv 1905.02244, sections
 * 5.2 and 5.3.
 */
function squeezeAndExcite({ g, channels }: BlockBuilder, x: Value, name: string): Value {
  const squeezed = makeDivisible(channels(x) / 4);
  const means = g.globalAveragePool2d(x, { name: `${name}_mean` });
  const few = g.pointwiseConv2d(means, { name: `${name}_squeeze`, outputs: squeezed, activation: "relu" });
  const all = { name: `${name}_excite`, outputs: channels(x), activation: "hardSigmoid" } as const;
  return g.mul(x, g.pointwiseConv2d(few, all), { name: `${name}_excited` });
}

export interface UniversalBottleneckSpec {
  readonly name: string;
  /** Taps of the depthwise convolution before the expansion; 0 for none. */
  readonly start: number;
  /** Taps of the one after it; 0 for none. */
  readonly middle: number;
  readonly strides: number;
  readonly expanded: number;
  readonly outputs: number;
  /** After the expansion and the depthwise convolution in the middle. */
  readonly activation: Activation;
}

/**
 * The middle depthwise convolution has the stride if there is one, else the first. Source: arXiv 2404.10518, section 4.
 */
export function universalInvertedBottleneck(b: BlockBuilder, input: Value, spec: UniversalBottleneckSpec): Value {
  const { name, start, middle, strides, expanded, outputs, activation } = spec;
  let x = input;
  if (start > 0) x = b.depthwise(x, { name: `${name}_start`, kernel: start, strides: middle > 0 ? 1 : strides });
  x = b.conv(x, { name: `${name}_expand`, outputs: expanded, activation });
  if (middle > 0) x = b.depthwise(x, { name: `${name}_depthwise`, kernel: middle, strides, activation });
  return withInput(b, input, b.conv(x, { name: `${name}_project`, outputs }), name);
}

/** Adds a block's input to its result if their shapes agree. */
function withInput({ g }: BlockBuilder, input: Value, x: Value, name: string): Value {
  const isSame = g.shapeOf(input).every((extent, axis) => extent === g.shapeOf(x)[axis]);
  return isSame ? g.add(x, input, { name: `${name}_add` }) : x;
}
