/**
 * The cases that every tier must answer exactly. Inputs are 0, 1, 2, … and weights powers of ten, so that a sum spells
 * the pixels that it read. Rows are lopsided on purpose (H ≠ W, KH ≠ KW, unequal steps): a swapped axis changes an
 * answer.
 */
import type { Conv2dOptions, Shape } from "../../src/index.ts";

/** x is [N, C, H, W] and counts from 0; w is [O, C/G, KH, KW]; y is [N, O, OH, OW]. */
export interface ConvCase {
  readonly name: string;
  readonly x: Shape;
  readonly filter: Shape;
  readonly w: readonly number[];
  readonly bias?: readonly number[];
  readonly options?: Conv2dOptions;
  readonly y: readonly number[];
}

export const CONV_CASES: readonly ConvCase[] = [
  {
    name: "onnx test_conv_with_strides_and_asymmetric_padding",
    x: [1, 1, 7, 5],
    filter: [1, 1, 3, 3],
    w: [1, 1, 1, 1, 1, 1, 1, 1, 1],
    options: { strides: [2, 2], padding: [1, 1, 0, 0] },
    y: [21, 33, 99, 117, 189, 207, 171, 183],
  },
  {
    name: "1×2 kernel, stride 2 down, dilation 2 across",
    x: [1, 1, 3, 4],
    filter: [1, 1, 1, 2],
    w: [1, 100],
    options: { strides: [2, 1], dilations: [1, 2], padding: [0, 0, 1, 1] },
    y: [100, 200, 301, 2, 900, 1008, 1109, 10],
  },
  {
    name: "2×1 kernel, dilation 2 down, stride 2 across",
    x: [1, 1, 4, 3],
    filter: [1, 1, 2, 1],
    w: [1, 100],
    options: { strides: [1, 2], dilations: [2, 1], padding: [1, 0, 0, 0] },
    y: [300, 500, 600, 802, 903, 1105],
  },
  {
    name: "kernel the size of the image: a dot product",
    x: [1, 2, 2, 3],
    filter: [1, 2, 2, 3],
    w: [1, 0, 0, 0, 10, 0, 0, 0, 100, 0, 0, 1000],
    y: [11840],
  },
  {
    name: "pointwise, two images, bias: a matrix product",
    x: [2, 2, 1, 2],
    filter: [3, 2, 1, 1],
    w: [1, 0, 0, 10, 1, 10],
    bias: [100, 200, 300],
    y: [100, 101, 220, 230, 320, 331, 104, 105, 260, 270, 364, 375],
  },
  {
    name: "depthwise by groups, two outputs per channel",
    x: [1, 2, 1, 2],
    filter: [4, 1, 1, 1],
    w: [1, 10, 100, 1000],
    options: { groups: 2 },
    y: [0, 1, 0, 10, 200, 300, 2000, 3000],
  },
  {
    name: "depthwise by groups, two images",
    x: [2, 2, 1, 2],
    filter: [2, 1, 1, 2],
    w: [1, 10, 100, 1000],
    options: { groups: 2 },
    y: [10, 3200, 54, 7600],
  },
  {
    name: "two groups of two channels",
    x: [1, 4, 1, 1],
    filter: [2, 2, 1, 1],
    w: [1, 10, 100, 1000],
    options: { groups: 2 },
    y: [10, 3200],
  },
  {
    name: "a window wholly in padding gives the bias",
    x: [1, 1, 1, 2],
    filter: [1, 1, 1, 1],
    w: [10],
    bias: [7],
    options: { padding: [1, 0, 0, 1] },
    y: [7, 7, 7, 7, 17, 7],
  },
  {
    name: "same padding, 1×3 kernel, stride 2: the odd column goes to the end",
    x: [1, 1, 1, 4],
    filter: [1, 1, 1, 3],
    w: [1, 10, 100],
    options: { strides: 2, padding: "same" },
    y: [210, 32],
  },
  {
    name: "same-lower padding, 1×3 kernel, stride 2: the odd column goes to the beginning",
    x: [1, 1, 1, 4],
    filter: [1, 1, 1, 3],
    w: [1, 10, 100],
    options: { strides: 2, padding: "same-lower" },
    y: [100, 321],
  },
  {
    name: "same padding, stride larger than the image",
    x: [1, 1, 2, 3],
    filter: [1, 1, 2, 3],
    w: [1, 10, 100, 1000, 10000, 100000],
    options: { strides: [5, 7], padding: "same" },
    y: [543210],
  },
];
