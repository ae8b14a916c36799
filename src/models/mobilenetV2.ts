/**
 * @file MobileNetV2: M. Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks", arXiv 1801.04381,
 * Table 2.
 *
 * The text counts 19 blocks; its table has 17. The first block has no expansion.
 */
import { ACTIVATIONS, type Activation } from "../geometry/activation.ts";
import type { Graph } from "../graph/graph.ts";
import { oneOf } from "../tensor/errors.ts";
import { blockBuilder, invertedResidual } from "./blocks.ts";
import { nameOf } from "./names.ts";
import { type NetworkOptions, networkSettings } from "./settings.ts";
import { checkAlpha, makeDivisible } from "./width.ts";

/** Options of `mobilenetV2`. */
export interface MobilenetV2Options extends NetworkOptions {
  /** Width multiplier. Default 1; published 1.4, 1.3, 1, 0.75, 0.5, 0.35 (and 224, 192, 160, 128, 96 pixels). */
  readonly alpha?: number;
  /** After every expansion and depthwise convolution. Default "relu6". */
  readonly activation?: Activation;
}

/** Table 2: expansion t, output channels c, repeats n, stride s of the first of them. */
export const MOBILENET_V2_STAGES: readonly (readonly [t: number, c: number, n: number, s: number])[] = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
];

/**
 * Returns a MobileNetV2 graph, ending in class scores before softmax, [1, classes]. Default preset "keras".
 *
 * @throws ShapeError for an unknown option or a value out of range
 *
 * @example
 * analyze(mobilenetV2()).total.macs;                              // 300774272
 * analyze(mobilenetV2({ alpha: 0.35, resolution: 96 })).total.macs; // 11934128
 */
export function mobilenetV2(options: MobilenetV2Options = {}): Graph {
  const op = "mobilenetV2";
  const settings = networkSettings(op, options, ["alpha", "activation"], {
    resolution: 224,
    presets: ["keras", "tf-slim", "torchvision", "timm"],
  });
  const alpha = checkAlpha(op, options.alpha ?? 1);
  const activation = oneOf(op, "activation", options.activation ?? "relu6", ACTIVATIONS);
  const width = (channels: number): number => makeDivisible(channels * alpha);
  const b = blockBuilder(nameOf("mobilenet_v2", settings, alpha), settings);

  let x = b.conv(b.g.input, { name: "stem", kernel: 3, strides: 2, outputs: width(32), activation });
  let block = 0;
  for (const [t, c, n, s] of MOBILENET_V2_STAGES) {
    for (let i = 0; i < n; i++) {
      x = invertedResidual(b, x, {
        name: `block_${++block}`,
        kernel: 3,
        strides: i === 0 ? s : 1,
        expanded: t * b.channels(x),
        outputs: width(c),
        activation,
      });
    }
  }
  x = b.conv(x, { name: "last", outputs: makeDivisible(1280 * Math.max(1, alpha)), activation });
  return b.classify(x);
}
