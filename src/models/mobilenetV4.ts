/**
 * @file MobileNetV4-Conv: D. Qin et al., "MobileNetV4: Universal Models for the Mobile Ecosystem", arXiv 2404.10518,
 * tables of the appendix, as TensorFlow's Model Garden and timm build them.
 */
import { ACTIVATIONS, type Activation } from "../geometry/activation.ts";
import type { Graph } from "../graph/graph.ts";
import { checkRecord, oneOf } from "../tensor/errors.ts";
import { blockBuilder, universalInvertedBottleneck } from "./blocks.ts";
import { nameOf } from "./names.ts";
import { type NetworkOptions, networkSettings } from "./settings.ts";

export const V4_SIZES = ["small", "medium", "large"] as const;
/** The size of a MobileNetV4. */
export type V4Size = (typeof V4_SIZES)[number];

/** Options of `mobilenetV4`. */
export interface MobilenetV4Options extends NetworkOptions {
  /** Default "small", 224 pixels; "medium" has 256, "large" 384. */
  readonly size?: V4Size;
  /** After every convolution except the linear ones. Default "relu". */
  readonly activation?: Activation;
}

/** fused: a k×k convolution, then a 1×1; uib: taps of the two depthwise convolutions, 0 for none. */
export type V4Row =
  | readonly ["conv", k: number, s: number, out: number]
  | readonly ["fused", k: number, s: number, exp: number, out: number]
  | readonly ["uib", start: number, middle: number, s: number, exp: number, out: number];

/** The blocks of the three convolutional MobileNetV4: the appendix of the paper, arXiv 2404.10518. */
export const MOBILENET_V4_BLOCKS: Readonly<Record<V4Size, readonly V4Row[]>> = {
  small: [
    ["conv", 3, 2, 32],
    ["fused", 3, 2, 32, 32],
    ["fused", 3, 2, 96, 64],
    ["uib", 5, 5, 2, 192, 96],
    ["uib", 0, 3, 1, 192, 96],
    ["uib", 0, 3, 1, 192, 96],
    ["uib", 0, 3, 1, 192, 96],
    ["uib", 0, 3, 1, 192, 96],
    ["uib", 3, 0, 1, 384, 96],
    ["uib", 3, 3, 2, 576, 128],
    ["uib", 5, 5, 1, 512, 128],
    ["uib", 0, 5, 1, 512, 128],
    ["uib", 0, 5, 1, 384, 128],
    ["uib", 0, 3, 1, 512, 128],
    ["uib", 0, 3, 1, 512, 128],
  ],
  medium: [
    ["conv", 3, 2, 32],
    ["fused", 3, 2, 128, 48],
    ["uib", 3, 5, 2, 192, 80],
    ["uib", 3, 3, 1, 160, 80],
    ["uib", 3, 5, 2, 480, 160],
    ["uib", 3, 3, 1, 640, 160],
    ["uib", 3, 3, 1, 640, 160],
    ["uib", 3, 5, 1, 640, 160],
    ["uib", 3, 3, 1, 640, 160],
    ["uib", 3, 0, 1, 640, 160],
    ["uib", 0, 0, 1, 320, 160],
    ["uib", 3, 0, 1, 640, 160],
    ["uib", 5, 5, 2, 960, 256],
    ["uib", 5, 5, 1, 1024, 256],
    ["uib", 3, 5, 1, 1024, 256],
    ["uib", 3, 5, 1, 1024, 256],
    ["uib", 0, 0, 1, 1024, 256],
    ["uib", 3, 0, 1, 1024, 256],
    ["uib", 3, 5, 1, 512, 256],
    ["uib", 5, 5, 1, 1024, 256],
    ["uib", 0, 0, 1, 1024, 256],
    ["uib", 0, 0, 1, 1024, 256],
    ["uib", 5, 0, 1, 512, 256],
  ],
  large: [
    ["conv", 3, 2, 24],
    ["fused", 3, 2, 96, 48],
    ["uib", 3, 5, 2, 192, 96],
    ["uib", 3, 3, 1, 384, 96],
    ["uib", 3, 5, 2, 384, 192],
    ["uib", 3, 3, 1, 768, 192],
    ["uib", 3, 3, 1, 768, 192],
    ["uib", 3, 3, 1, 768, 192],
    ["uib", 3, 5, 1, 768, 192],
    ["uib", 5, 3, 1, 768, 192],
    ["uib", 5, 3, 1, 768, 192],
    ["uib", 5, 3, 1, 768, 192],
    ["uib", 5, 3, 1, 768, 192],
    ["uib", 5, 3, 1, 768, 192],
    ["uib", 3, 0, 1, 768, 192],
    ["uib", 5, 5, 2, 768, 512],
    ["uib", 5, 5, 1, 2048, 512],
    ["uib", 5, 5, 1, 2048, 512],
    ["uib", 5, 5, 1, 2048, 512],
    ["uib", 5, 0, 1, 2048, 512],
    ["uib", 5, 3, 1, 2048, 512],
    ["uib", 5, 0, 1, 2048, 512],
    ["uib", 5, 0, 1, 2048, 512],
    ["uib", 5, 3, 1, 2048, 512],
    ["uib", 5, 5, 1, 2048, 512],
    ["uib", 5, 0, 1, 2048, 512],
    ["uib", 5, 0, 1, 2048, 512],
    ["uib", 5, 0, 1, 2048, 512],
  ],
};

const RESOLUTIONS: Readonly<Record<V4Size, number>> = { small: 224, medium: 256, large: 384 };

/**
 * Returns a MobileNetV4-Conv graph, ending in class scores before softmax, [1, classes]. The only preset is "timm".
 *
 * @throws ShapeError for an unknown option or a value out of range
 *
 * @example analyze(mobilenetV4({ size: "medium" })).total.macs; // 1080244224
 */
export function mobilenetV4(options: MobilenetV4Options = {}): Graph {
  const op = "mobilenetV4";
  checkRecord(op, "options", options);
  const size = oneOf(op, "size", options.size ?? "small", V4_SIZES);
  const settings = networkSettings(op, options, ["size", "activation"], {
    resolution: RESOLUTIONS[size],
    presets: ["timm"],
  });
  const activation = oneOf(op, "activation", options.activation ?? "relu", ACTIVATIONS);
  const b = blockBuilder(nameOf(`mobilenet_v4_conv_${size}`, settings, null), settings);

  let x = b.g.input;
  MOBILENET_V4_BLOCKS[size].forEach((row, i) => {
    const name = `block_${i}`;
    if (row[0] === "conv") {
      const [, kernel, strides, outputs] = row;
      x = b.conv(x, { name: "stem", kernel, strides, outputs, activation });
    } else if (row[0] === "fused") {
      const [, kernel, strides, expanded, outputs] = row;
      x = b.conv(x, { name: `${name}_expand`, kernel, strides, outputs: expanded, activation });
      // In the small network these are two separate convolutions; in the others the second is a linear projection.
      x = b.conv(x, { name: `${name}_project`, outputs, activation: size === "small" ? activation : "none" });
    } else {
      const [, start, middle, strides, expanded, outputs] = row;
      x = universalInvertedBottleneck(b, x, { name, start, middle, strides, expanded, outputs, activation });
    }
  });
  x = b.conv(x, { name: "last", outputs: 960, activation });
  return b.classify(x, (means) => b.dense(means, { name: "head", outputs: 1280, activation, normalized: true }));
}
