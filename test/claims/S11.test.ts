import { expect, test } from "vitest";
import { dense, pointwiseConv2d } from "../../src/index.ts";
import { scattered } from "../support/tensors.ts";

test("S11: a pointwise convolution is the matrix product of pixels and filter, exactly", () => {
  const x = scattered([2, 3, 4, 5]);
  const w = scattered([5, 7], 1);
  expect(pointwiseConv2d(x, w).reshape([24, 7]).toArray()).toEqual(dense(x.reshape([24, 5]), w).toArray());
});
