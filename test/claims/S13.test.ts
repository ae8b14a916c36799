import { expect, test } from "vitest";
import { add, pointwiseConv2d, relu6, type Tensor } from "../../src/index.ts";
import { counting } from "../support/tensors.ts";

test("S13: a pointwise convolution is linear; what bends is the activation after it", () => {
  const [a, b] = [counting([1, 2, 2, 3]), counting([1, 2, 2, 3]).transpose([0, 2, 1, 3])];
  const w = counting([3, 4]);
  const linear = (x: Tensor) => pointwiseConv2d(x, w);
  const bent = (x: Tensor) => relu6(linear(x));
  expect(linear(add(a, b)).toArray()).toEqual(add(linear(a), linear(b)).toArray());
  expect(bent(add(a, b)).toArray()).not.toEqual(add(bent(a), bent(b)).toArray());
});
