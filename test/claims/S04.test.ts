import { expect, test } from "vitest";
import { conv2dCost, conv2dGeometry } from "../../src/index.ts";

test("S4: the saving is 1 / (1/O + 1/k²), here 8.84 times, and the depthwise half does about 1 MAC per byte", () => {
  const same = { padding: "same" } as const;
  const standard = conv2dCost(conv2dGeometry([1, 14, 14, 512], [3, 3, 512, 512], same));
  const depthwise = conv2dCost(conv2dGeometry([1, 14, 14, 512], [3, 3, 512, 1], same, "depthwiseConv2d"));
  const pointwise = conv2dCost(conv2dGeometry([1, 14, 14, 512], [512, 512], {}, "pointwiseConv2d"));
  expect(standard.macs).toBe(462_422_016);
  expect(depthwise.macs + pointwise.macs).toBe(52_283_392);
  expect(standard.macs / (depthwise.macs + pointwise.macs)).toBeCloseTo(1 / (1 / 512 + 1 / 9), 10);
  const perByte = (c: typeof standard) => c.macs / (c.weightBytes + c.inputBytes + c.outputBytes);
  expect(perByte(depthwise)).toBeCloseTo(1.1, 1);
  expect(perByte(pointwise)).toBeGreaterThan(25);
});
