import { expect, test } from "vitest";
import { conv2d, depthwiseConv2d, ShapeError } from "../../src/index.ts";
import { scattered } from "../support/tensors.ts";

test("S16: a 3×3×3 kernel is one filter of a standard convolution, and needs three channels", () => {
  const kernel = scattered([3, 3, 3, 1], 1);
  expect(() => conv2d(scattered([1, 9, 9, 8]), kernel)).toThrow(
    new ShapeError(
      "conv2d: filter takes 3 input channels per group, the input has 8 (input 1×9×9×8 nhwc, filter 3×3×3×1 hwio)",
    ),
  );
  const x = scattered([1, 9, 9, 3]);
  expect(conv2d(x, kernel).shape).toEqual([1, 7, 7, 1]);
  expect(depthwiseConv2d(x, kernel).shape).toEqual([1, 7, 7, 3]);
});
