import { expect, test } from "vitest";
import { conv2dCost, conv2dGeometry, depthwiseConv2d, mul, pointwiseConv2d } from "../../src/index.ts";
import { channelsChangedBy } from "../support/influence.ts";
import { scattered } from "../support/tensors.ts";

test("S18: a 1×1 depthwise convolution only scales channels; a pointwise one mixes all of them", () => {
  const x = scattered([1, 4, 3, 8]);
  const scale = scattered([1, 1, 8, 1], 1);
  expect(depthwiseConv2d(x, scale).toArray()).toEqual(mul(x, scale.reshape([8])).toArray());
  const weights = (filter: number[], op: "depthwiseConv2d" | "pointwiseConv2d") =>
    conv2dCost(conv2dGeometry(x.shape, filter, {}, op)).parameters;
  expect([weights([1, 1, 8, 1], "depthwiseConv2d"), weights([8, 12], "pointwiseConv2d")]).toEqual([8, 96]);
  const w = scattered([8, 12], 2);
  expect(channelsChangedBy((t) => pointwiseConv2d(t, w), x, 3).length).toBe(12);
  expect(channelsChangedBy((t) => depthwiseConv2d(t, scale), x, 3)).toEqual([3]);
});

test("S18: they coincide for a single channel", () => {
  const x = scattered([1, 4, 3, 1]);
  const w = scattered([1, 1, 1, 1], 1);
  expect(depthwiseConv2d(x, w).toArray()).toEqual(pointwiseConv2d(x, w).toArray());
});
