/**
 * @file MobileNetV1: A. Howard et al., "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision
 * Applications", arXiv 1704.04861, Table 1.
 *
 * Layers are named as in Keras. Padding is TensorFlow's "same", the activation ReLU6, as in the published weights (the
 * paper says ReLU). Table 1 prints stride 2 for the last depthwise layer; its sizes need stride 1.
 */
import type { Activation } from "../geometry/activation.ts";
import { checkPair, type Pair } from "../geometry/padding.ts";
import type { Graph } from "../graph/graph.ts";
import { checkBoolean, knownKeys, oneOf } from "../tensor/errors.ts";
import { checkInteger } from "../tensor/shape.ts";
import { nameOf, separableNetwork, widthOf } from "./separableNetwork.ts";

export interface MobilenetV1Options {
  /** Width multiplier: every layer has ⌊alpha · channels⌋. Default 1; published 1, 0.75, 0.5, 0.25. */
  readonly alpha?: number;
  /** Rows and columns of the picture, n or [h, w]. Default 224; published 224, 192, 160, 128. */
  readonly resolution?: Pair;
  /** Default 1000. */
  readonly classes?: number;
  /** Channels of the picture. Default 3. */
  readonly channels?: number;
  /**
   * "separable" (default): 13 blocks of a depthwise and a pointwise convolution. "standard": the twin of the paper's
   * Table 4, in which one standard 3×3 convolution stands for each block.
   */
  readonly convolution?: "separable" | "standard";
  /** The paper's thinner rival of Table 5: without the five blocks of 14×14×512. Default false. */
  readonly shallow?: boolean;
  /** After every convolution. Default "relu6". */
  readonly activation?: Activation;
  /** false gives every convolution a bias instead, for weights in which batch norm is folded already. Default true. */
  readonly batchNorm?: boolean;
  /** Of batch norm. Default 1e-3, Keras' and TF-slim's. */
  readonly epsilon?: number;
}

/** The 13 blocks of Table 1: output channels at alpha 1, and stride. */
export const MOBILENET_V1_BLOCKS: readonly (readonly [outputs: number, stride: 1 | 2])[] = [
  [64, 1],
  [128, 2],
  [128, 1],
  [256, 2],
  [256, 1],
  [512, 2],
  [512, 1],
  [512, 1],
  [512, 1],
  [512, 1],
  [512, 1],
  [1024, 2],
  [1024, 1],
];

/** Blocks that the shallow variant leaves out: 7 to 11, the ones of 14×14×512. */
const SHALLOW_SKIPS: readonly number[] = [7, 8, 9, 10, 11];

/**
 * The graph of a MobileNetV1. It ends in class scores before softmax, [1, classes].
 *
 * @throws ShapeError for an unknown option, or an alpha that leaves a layer without channels
 *
 * @example
 * analyze(mobilenetV1()).total.macs;                            // 568740352
 * analyze(mobilenetV1({ convolution: "standard" })).total.macs; // 4867293184
 */
export function mobilenetV1(options: MobilenetV1Options = {}): Graph {
  const op = "mobilenetV1";
  knownKeys(op, options, [
    "alpha",
    "resolution",
    "classes",
    "channels",
    "convolution",
    "shallow",
    "activation",
    "batchNorm",
    "epsilon",
  ]);
  const { alpha = 1, classes = 1000, channels = 3, activation = "relu6", epsilon = 1e-3 } = options;
  const shallow = checkBoolean(op, "shallow", options.shallow ?? false);
  const batchNorm = checkBoolean(op, "batchNorm", options.batchNorm ?? true);
  const [H, W] = checkPair(op, "resolution", options.resolution ?? 224, 1);
  const convolution = oneOf(op, "convolution", options.convolution ?? "separable", ["separable", "standard"]);
  checkInteger(op, "classes", classes, 1);
  checkInteger(op, "channels", channels, 1);
  const blocks = MOBILENET_V1_BLOCKS.map(([outputs, strides], i) => ({ index: i + 1, outputs, strides }));
  return separableNetwork({
    name: nameOf("mobilenet_v1", alpha, [H, W], convolution, shallow),
    input: [1, H, W, channels],
    stem: { outputs: 32, strides: 2 },
    blocks: shallow ? blocks.filter(({ index }) => !SHALLOW_SKIPS.includes(index)) : blocks,
    width: widthOf(op, alpha),
    classes,
    convolution,
    activation,
    batchNorm,
    epsilon,
  });
}
