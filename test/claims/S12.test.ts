import { expect, test } from "vitest";
import { pointwiseConv2d } from "../../src/index.ts";
import { scattered } from "../support/tensors.ts";

test("S12: 24 channels become 144 and 24 again", () => {
  const wide = pointwiseConv2d(scattered([1, 3, 2, 24]), scattered([24, 144], 1));
  expect(wide.shape).toEqual([1, 3, 2, 144]);
  expect(pointwiseConv2d(wide, scattered([144, 24], 2)).shape).toEqual([1, 3, 2, 24]);
});
