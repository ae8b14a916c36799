import { expect, test } from "vitest";
import { depthwiseConv2d, pointwiseConv2d } from "../../src/index.ts";
import { pixelsChangedBy } from "../support/influence.ts";
import { scattered } from "../support/tensors.ts";

test("S19: a pixel of a pointwise answer listens to one pixel, of a 3×3 depthwise one to nine", () => {
  const x = scattered([1, 5, 5, 4]);
  const [w, d] = [scattered([4, 6], 1), scattered([3, 3, 4, 1], 2)];
  expect(pixelsChangedBy((t) => pointwiseConv2d(t, w), x, 12)).toEqual([12]);
  expect(pixelsChangedBy((t) => depthwiseConv2d(t, d, { padding: "same" }), x, 12)).toEqual([
    6, 7, 8, 11, 12, 13, 16, 17, 18,
  ]);
});
