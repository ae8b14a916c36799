/** @file The cost and the results of the first screen's two routes, counted and computed by the library. */
import { conv2dCost, conv2dGeometry, depthwiseConv2d, pointwiseConv2d, Tensor } from "../../../../src/index.ts";
import type { Picture } from "../../figure/drawing.ts";
import { COLOURS, inked } from "../photo.ts";

/** MobileNetV1's first separable block. */
export const BLOCK = { side: 112, channels: 32, outputs: 64, kernel: 3 } as const;

const { side, channels, outputs, kernel } = BLOCK;
const image = [1, side, side, channels];
const same = { padding: "same" } as const;

/** Multiply-accumulates of both routes. */
export const STANDARD: number = conv2dCost(conv2dGeometry(image, [kernel, kernel, channels, outputs], same)).macs;
export const DEPTHWISE: number = conv2dCost(
  conv2dGeometry(image, [kernel, kernel, channels, 1], same, "depthwiseConv2d"),
).macs;
export const POINTWISE: number = conv2dCost(conv2dGeometry(image, [channels, outputs], {}, "pointwiseConv2d")).macs;
export const SEPARABLE: number = DEPTHWISE + POINTWISE;

/** Three stamps and four needles that make the images on the screen. */
const STAMP_WEIGHTS = [
  [-1, -2, -1, 0, 0, 0, 1, 2, 1],
  [-1, 0, 1, -2, 0, 2, -1, 0, 1],
  [-1, -1, -1, -1, 8, -1, -1, -1, -1],
];
const NEEDLE_WEIGHTS = [
  [1, 0, 0],
  [0, 1, 0],
  [0.6, 0.6, 0.2],
  [0.3, -0.8, 0.4],
];
const stamps = new Tensor(
  Float32Array.from({ length: 27 }, (_, i) => STAMP_WEIGHTS[i % 3][Math.floor(i / 3)]),
  [3, 3, 3, 1],
);
const needles = new Tensor(
  Float32Array.from({ length: 12 }, (_, i) => NEEDLE_WEIGHTS[i % 4][Math.floor(i / 4)]),
  [3, 4],
);
const middle = depthwiseConv2d(COLOURS, stamps);
const output = pointwiseConv2d(middle, needles);

/** An image for each channel, after the stamps and after the needles. */
export const MIDDLE_PICTURES: readonly Picture[] = [330, 330, 300].map((full, c) => inked(middle, c, full));
export const OUTPUT_PICTURES: readonly Picture[] = NEEDLE_WEIGHTS.map((_, o) => inked(output, o, 330));
