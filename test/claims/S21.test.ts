import { test } from "vitest";
import { add, concat, pointwiseConv2d } from "../../src/index.ts";
import { expectClose, scattered } from "../support/tensors.ts";

test("S21: concat merges; the 1×1 convolution then mixes, and is the sum of one on each branch", () => {
  const [a, b] = [scattered([1, 4, 5, 3]), scattered([1, 4, 5, 2], 1)];
  const w = scattered([5, 6], 2);
  const joined = pointwiseConv2d(concat([a, b], 3), w);
  const apart = add(pointwiseConv2d(a, w.slice([0, 0], [3, 6])), pointwiseConv2d(b, w.slice([3, 0], [2, 6])));
  expectClose(joined, apart, 1e-5);
});
