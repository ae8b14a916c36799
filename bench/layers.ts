/** @file Typical layers of MobileNetV1, each on every tier. */

import { type ConvKind, outputShape } from "../src/geometry/conv2d.ts";
import { conv2dMacs } from "../src/geometry/cost.ts";
import { conv2dGeometry, random, randomTensor, Tensor, TIERS } from "../src/index.ts";
import { chooseTier } from "../src/kernels/index.ts";

export interface Task {
  readonly name: string;
  readonly tier: string;
  readonly flops: number;
  /** Runs the layer once; weights are packed beforehand, as in a session. */
  run(): void;
  /** The answer of the last run, for checking the tiers against each other. */
  readonly output: Tensor;
}

type Layer = readonly [
  name: string,
  op: ConvKind,
  input: readonly number[],
  filter: readonly number[],
  strides: number,
];

const LAYERS: readonly Layer[] = [
  ["standard 224×224×3→32, stride 2", "conv2d", [1, 224, 224, 3], [3, 3, 3, 32], 2],
  ["standard 14×14×512→512", "conv2d", [1, 14, 14, 512], [3, 3, 512, 512], 1],
  ["depthwise 112×112×64, stride 2", "depthwiseConv2d", [1, 112, 112, 64], [3, 3, 64, 1], 2],
  ["depthwise 56×56×128", "depthwiseConv2d", [1, 56, 56, 128], [3, 3, 128, 1], 1],
  ["depthwise 14×14×512", "depthwiseConv2d", [1, 14, 14, 512], [3, 3, 512, 1], 1],
  ["depthwise 5×5, 28×28×120", "depthwiseConv2d", [1, 28, 28, 120], [5, 5, 120, 1], 1],
  ["pointwise 112×112×32→64", "pointwiseConv2d", [1, 112, 112, 32], [32, 64], 1],
  ["pointwise 56×56×128→128", "pointwiseConv2d", [1, 56, 56, 128], [128, 128], 1],
  ["pointwise 14×14×512→512", "pointwiseConv2d", [1, 14, 14, 512], [512, 512], 1],
  ["pointwise 7×7×1024→1024", "pointwiseConv2d", [1, 7, 7, 1024], [1024, 1024], 1],
];

/** @param isQuick leaves out the naive tier, which takes seconds */
export function layerTasks(seed: number, isQuick: boolean): readonly Task[] {
  return LAYERS.flatMap(([name, op, inputShape, filterShape, strides]) => {
    const g = conv2dGeometry(inputShape, filterShape, { strides, padding: "same" }, op);
    const source = random(seed);
    const [x, filter, bias] = [inputShape, filterShape, [g.O]].map((shape) => randomTensor(shape, source));
    return TIERS.filter((tier) => !(isQuick && tier === "naive")).map((tier): Task => {
      const kernel = chooseTier("bench", tier).kernels[op](g, filter, bias, "relu6");
      const output = Tensor.zeros(outputShape(g));
      return { name, tier, flops: 2 * conv2dMacs(g), run: () => kernel([x], output), output };
    });
  });
}
