/**
 * @file MobileNetV1: A. Howard et al., "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision
 * Applications", arXiv 1704.04861, Table 1.
 *
 * Layers are named as in Keras. The activation is ReLU6, as in the published weights (the paper says ReLU). Table 1
 * prints stride 2 for the last depthwise layer; its sizes need stride 1.
 */
import type { Activation } from "../geometry/activation.ts";
import type { Graph } from "../graph/graph.ts";
import { checkBoolean, oneOf } from "../tensor/errors.ts";
import { nameOf } from "./names.ts";
import { type BlockTable, separableNetwork, variantsOf } from "./separableNetwork.ts";
import { type NetworkOptions, networkSettings } from "./settings.ts";
import { widthOf } from "./width.ts";

/** Options of `mobilenetV1`. */
export interface MobilenetV1Options extends NetworkOptions {
  /**
   * Width multiplier: every layer has ⌊alpha · channels⌋. Default 1; published 1, 0.75, 0.5, 0.25 (and 224, 192, 160,
   * 128 pixels).
   */
  readonly alpha?: number;
  /**
   * "separable" (default): 13 blocks of a depthwise and a pointwise convolution. "standard": the twin of the paper's
   * Table 4, in which one standard 3×3 convolution replaces each block.
   */
  readonly convolution?: "separable" | "standard";
  /** The shallow network of the paper's Table 5: without the five 14×14×512 blocks. Default false. */
  readonly shallow?: boolean;
  /** After every convolution. Default "relu6". */
  readonly activation?: Activation;
}

/** The 13 blocks of Table 1: output channels at alpha 1, and stride. */
export const MOBILENET_V1_BLOCKS: BlockTable = [
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
 * Returns a MobileNetV1 graph, ending in class scores before softmax, [1, classes]. Default preset "keras".
 *
 * @throws ShapeError for an unknown option, or an alpha that leaves a layer without channels
 *
 * @example
 * analyze(mobilenetV1()).total.macs;                            // 568740352
 * analyze(mobilenetV1({ convolution: "standard" })).total.macs; // 4867293184
 */
export function mobilenetV1(options: MobilenetV1Options = {}): Graph {
  const op = "mobilenetV1";
  const settings = networkSettings(op, options, ["alpha", "convolution", "shallow", "activation"], {
    resolution: 224,
    presets: ["keras", "tf-slim", "timm"],
  });
  const { alpha = 1, activation = "relu6" } = options;
  const shallow = checkBoolean(op, "shallow", options.shallow ?? false);
  const convolution = oneOf(op, "convolution", options.convolution ?? "separable", ["separable", "standard"]);
  return separableNetwork({
    name: nameOf("mobilenet_v1", settings, alpha, ...variantsOf(convolution, shallow)),
    settings,
    stem: { outputs: 32, strides: 2 },
    blocks: MOBILENET_V1_BLOCKS,
    skips: shallow ? SHALLOW_SKIPS : [],
    width: widthOf(op, alpha),
    convolution,
    activation,
  });
}
