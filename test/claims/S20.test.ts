import { expect, test } from "vitest";
import { analyze, mobilenetV1 } from "../../src/index.ts";

test("S20: in MobileNetV1 five of the 13 pointwise convolutions double the channels; none of the depthwise ones changes them", () => {
  const { layers } = analyze(mobilenetV1());
  const grown = (kind: string) =>
    layers.filter((layer) => layer.kind === kind && layer.outputShape[3] === 2 * layer.inputShape[3]).length;
  expect([grown("pointwise"), grown("depthwise")]).toEqual([5, 0]);
});
