import { expect, test } from "vitest";
import { analyze, mobilenetV1 } from "../../src/index.ts";

test("S1: MobileNetV1 is 1 standard, 13 depthwise, 13 pointwise convolutions and a dense layer; the two carry 97.9 % of the MACs", () => {
  const { byKind } = analyze(mobilenetV1());
  const of = Object.fromEntries(byKind.map((row) => [row.kind, row]));
  expect([of.conv.layers, of.depthwise.layers, of.pointwise.layers, of.dense.layers]).toEqual([1, 13, 13, 1]);
  expect((100 * (of.depthwise.macsShare + of.pointwise.macsShare)).toFixed(1)).toBe("97.9");
});
