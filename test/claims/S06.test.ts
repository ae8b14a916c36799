import { expect, test } from "vitest";
import { conv2d, depthwiseConv2d, pointwiseConv2d } from "../../src/index.ts";
import { scattered } from "../support/tensors.ts";

test("S6: both are convolutions that conv2d can express: as many groups as channels, and a 1×1 kernel", () => {
  const x = scattered([1, 5, 6, 3]);
  const [d, p] = [scattered([3, 3, 1, 3], 1), scattered([1, 1, 3, 7], 2)];
  expect(depthwiseConv2d(x, d.reshape([3, 3, 3, 1])).toArray()).toEqual(conv2d(x, d, { groups: 3 }).toArray());
  expect(pointwiseConv2d(x, p).toArray()).toEqual(conv2d(x, p).toArray());
});
