import { expect, test } from "vitest";
import { depthwiseConv2d, pointwiseConv2d } from "../../src/index.ts";
import { scattered } from "../support/tensors.ts";

test("S14: depthwise stacks as many channels as it got, pointwise gives as many as it has filters", () => {
  const x = scattered([1, 5, 5, 6]);
  expect(depthwiseConv2d(x, scattered([3, 3, 6, 1], 1)).shape[3]).toBe(6);
  for (const outputs of [2, 6, 20]) expect(pointwiseConv2d(x, scattered([6, outputs], 2)).shape[3]).toBe(outputs);
});
