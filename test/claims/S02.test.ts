import { expect, test } from "vitest";
import { conv2d, conv2dGeometry, depthwiseConv2d } from "../../src/index.ts";
import { scattered } from "../support/tensors.ts";

test("S2: a depthwise convolution is a grouped one with as many groups as channels, and not the standard one", () => {
  const x = scattered([1, 6, 5, 4]);
  const depthwise = depthwiseConv2d(x, scattered([3, 3, 4, 1], 1));
  const grouped = conv2d(x, scattered([3, 3, 1, 4], 1), { groups: 4 });
  const standard = conv2d(x, scattered([3, 3, 4, 4], 1));
  expect(grouped.toArray()).toEqual(depthwise.toArray());
  expect(standard.shape).toEqual(depthwise.shape);
  expect(standard.toArray()).not.toEqual(depthwise.toArray());
  expect(conv2dGeometry(x.shape, [3, 3, 4, 1], {}, "depthwiseConv2d").G).toBe(4);
  expect(conv2dGeometry(x.shape, [3, 3, 4, 4]).G).toBe(1);
});
