/**
 * @file What MobileNetV1 and its small relatives are made of: a standard convolution, blocks of a depthwise and a pointwise
 * one, the mean of each channel, and a fully connected layer. Source: arXiv 1704.04861, Figure 3 and Table 1.
 */
import type { Activation } from "../geometry/activation.ts";
import { type GraphBuilder, graphBuilder, type Value } from "../graph/builder.ts";
import type { Graph } from "../graph/graph.ts";
import { ShapeError, show } from "../tensor/errors.ts";
import type { Shape } from "../tensor/shape.ts";

export interface BlockSpec {
  /** In the names of its layers. */
  readonly index: number;
  /** Channels at width 1. */
  readonly outputs: number;
  readonly strides: 1 | 2;
}

export interface SeparableNetworkSpec {
  readonly name: string;
  /** [1, h, w, c] */
  readonly input: Shape;
  readonly stem: { readonly outputs: number; readonly strides: 1 | 2 };
  readonly blocks: readonly BlockSpec[];
  /** From channels at width 1 to those that there are. */
  readonly width: (outputs: number) => number;
  readonly classes: number;
  /** "standard": one standard 3×3 convolution stands for each block. */
  readonly convolution: "separable" | "standard";
  /** After every convolution, behind its batch norm. */
  readonly activation: Activation;
  /** false: every convolution has a bias instead. */
  readonly batchNorm: boolean;
  readonly epsilon: number;
}

/** Layers are named as in Keras' MobileNetV1. Padding is "same". The graph ends in scores, [1, classes]. */
export function separableNetwork(spec: SeparableNetworkSpec): Graph {
  const { name, input, stem, blocks, width, classes, convolution, activation, batchNorm, epsilon } = spec;
  const g = graphBuilder(name, input);
  const finish: Finish = (x, layer) => {
    const normal = batchNorm ? g.batchNormalization(x, { name: `${layer}_bn`, epsilon }) : x;
    return g.activation(normal, activation, { name: `${layer}_relu` });
  };
  const block = convolution === "separable" ? separableBlock : standardBlock;
  const bias = !batchNorm;
  let x = g.conv2d(g.input, { name: "conv1", outputs: width(stem.outputs), strides: stem.strides, bias });
  x = finish(x, "conv1");
  for (const { index, outputs, strides } of blocks) x = block(g, x, index, width(outputs), strides, bias, finish);
  x = g.globalAveragePool2d(x, { name: "global_average_pooling2d" });
  x = g.reshape(x, [1, g.shapeOf(x)[3]], { name: "flatten" });
  return g.build(g.dense(x, { name: "conv_preds", outputs: classes }));
}

/** mobilenet_v1_1.0_224, fashion_0.5_28x32_standard, … */
export function nameOf(
  family: string,
  alpha: number,
  [H, W]: readonly [number, number],
  convolution: "separable" | "standard",
  isShallow: boolean,
): string {
  const width = Number.isInteger(alpha) ? alpha.toFixed(1) : String(alpha);
  const size = H === W ? `${H}` : `${H}x${W}`;
  return `${family}_${width}_${size}${convolution === "standard" ? "_standard" : ""}${isShallow ? "_shallow" : ""}`;
}

/** The width multiplier: ⌊alpha · outputs⌋. @throws ShapeError, when it is used, if that leaves no channel */
export function widthOf(op: string, alpha: number): (outputs: number) => number {
  return (outputs) => {
    const scaled = Math.floor(outputs * alpha);
    if (typeof alpha === "number" && Number.isInteger(scaled) && scaled >= 1) return scaled;
    throw new ShapeError(
      `${op}: alpha is ${show(alpha)}, needs a number that leaves at least 1 of ${outputs} channels`,
    );
  };
}

type Finish = (x: Value, layer: string) => Value;

type Block = (
  g: GraphBuilder,
  x: Value,
  index: number,
  outputs: number,
  strides: number,
  bias: boolean,
  finish: Finish,
) => Value;

const separableBlock: Block = (g, x, index, outputs, strides, bias, finish) => {
  const spatial = finish(g.depthwiseConv2d(x, { name: `conv_dw_${index}`, strides, bias }), `conv_dw_${index}`);
  return finish(g.pointwiseConv2d(spatial, { name: `conv_pw_${index}`, outputs, bias }), `conv_pw_${index}`);
};

const standardBlock: Block = (g, x, index, outputs, strides, bias, finish) =>
  finish(g.conv2d(x, { name: `conv_${index}`, outputs, strides, bias }), `conv_${index}`);
