import { expect, test } from "vitest";
import { add, conv2d, depthwiseConv2d } from "../../src/index.ts";
import { channelsChangedBy } from "../support/influence.ts";
import { expectClose, scattered } from "../support/tensors.ts";

test("S7: results are stacked, not summed; their sum is one output channel of a standard convolution", () => {
  const x = scattered([1, 7, 6, 8]);
  const w = scattered([3, 3, 8, 1], 1);
  const stacked = depthwiseConv2d(x, w);
  expect(stacked.shape[3]).toBe(8);
  expect(channelsChangedBy((input) => depthwiseConv2d(input, w), x, 3)).toEqual([3]);
  const channels = Array.from({ length: 8 }, (_, c) => stacked.slice([0, 0, 0, c], [1, 5, 4, 1]));
  const sum = channels.reduce((a, b) => add(a, b));
  const one = conv2d(x, w);
  expect(one.shape).toEqual([1, 5, 4, 1]);
  expectClose(sum, one, 1e-4);
});
