import { expect, test } from "vitest";
import { conv2dGeometry, depthwiseConv2d, ShapeError } from "../../src/index.ts";
import { scattered } from "../support/tensors.ts";

test("S15: a depthwise kernel is 1 deep, a standard one as deep as the input", () => {
  const input = [1, 8, 5, 5];
  const nchw = { layout: "nchw" } as const;
  expect(conv2dGeometry(input, [8, 1, 3, 3], nchw, "depthwiseConv2d").G).toBe(8);
  expect(conv2dGeometry(input, [4, 8, 3, 3], nchw).G).toBe(1);
  expect(() => depthwiseConv2d(scattered(input), scattered([8, 8, 3, 3]), nchw)).toThrow(ShapeError);
});
