import { expect, test } from "vitest";
import { conv2dGeometry, pointwiseConv2d } from "../../src/index.ts";
import { pixelsChangedBy } from "../support/influence.ts";
import { scattered } from "../support/tensors.ts";

test("S17: the kernel is 1×1 and as deep as the input, and there are N of them", () => {
  const g = conv2dGeometry([1, 6, 7, 5], [5, 9], {}, "pointwiseConv2d");
  expect([g.KH, g.KW, g.C / g.G, g.O]).toEqual([1, 1, 5, 9]);
  const w = scattered([5, 9], 1);
  expect(pixelsChangedBy((x) => pointwiseConv2d(x, w), scattered([1, 6, 7, 5]), 17)).toEqual([17]);
});
