import { expect, test } from "vitest";
import { analyze, conv2dCost, conv2dGeometry, mobilenetV1 } from "../../src/index.ts";

test("S3: 1×1 is 9 times cheaper than 3×3 at equal channels, and still the heavy part of MobileNet", () => {
  const macs = (kernel: number) =>
    conv2dCost(conv2dGeometry([1, 14, 14, 512], [kernel, kernel, 512, 512], { padding: "same" })).macs;
  expect(macs(3) / macs(1)).toBe(9);
  const [heaviest] = analyze(mobilenetV1()).byKind;
  expect([heaviest.kind, (100 * heaviest.macsShare).toFixed(2), (100 * heaviest.weightsShare).toFixed(2)]).toEqual([
    "pointwise",
    "94.86",
    "74.59",
  ]);
});
