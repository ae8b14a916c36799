import { expect, test } from "vitest";
import { depthwiseConv2d, pointwiseConv2d } from "../../src/index.ts";
import { permutePixels } from "../support/influence.ts";
import { scattered } from "../support/tensors.ts";

test("S10: pixels in another order give the same answers in that order; not so for a 3×3 depthwise convolution", () => {
  const x = scattered([1, 4, 4, 5]);
  const shuffle = Array.from({ length: 16 }, (_, i) => (i * 7 + 3) % 16);
  const [w, d] = [scattered([5, 6], 1), scattered([3, 3, 5, 1], 2)];
  const pointwise = (t: typeof x) => pointwiseConv2d(t, w);
  const depthwise = (t: typeof x) => depthwiseConv2d(t, d, { padding: "same" });
  expect(pointwise(permutePixels(x, shuffle)).toArray()).toEqual(permutePixels(pointwise(x), shuffle).toArray());
  expect(depthwise(permutePixels(x, shuffle)).toArray()).not.toEqual(permutePixels(depthwise(x), shuffle).toArray());
});
