import { expect, test } from "vitest";
import { depthwiseConv2d, pointwiseConv2d } from "../../src/index.ts";
import { channelsChangedBy, pixelsChangedBy } from "../support/influence.ts";
import { scattered } from "../support/tensors.ts";

test("S23: one moves information between pixels, the other between channels; neither does the other's work", () => {
  const x = scattered([1, 3, 3, 4]);
  const depthwise = (t: typeof x) => depthwiseConv2d(t, scattered([3, 3, 4, 1], 1), { padding: "same" });
  const pointwise = (t: typeof x) => pointwiseConv2d(t, scattered([4, 4], 2));
  expect([pixelsChangedBy(depthwise, x, 4).length, channelsChangedBy(depthwise, x, 0).length]).toEqual([9, 1]);
  expect([pixelsChangedBy(pointwise, x, 4).length, channelsChangedBy(pointwise, x, 0).length]).toEqual([1, 4]);
});
