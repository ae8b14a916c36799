import { expect, test } from "vitest";
import { analyze, mobilenetV1 } from "../../src/index.ts";

test("S5: 569 million MACs against 4867, 4.2 million parameters against 29.3", () => {
  const separable = analyze(mobilenetV1()).total;
  const standard = analyze(mobilenetV1({ convolution: "standard" })).total;
  expect([separable.macs, standard.macs]).toEqual([568_740_352, 4_867_293_184]);
  expect([separable.parameters.withoutBatchNorm, standard.parameters.withoutBatchNorm]).toEqual([
    4_210_088, 29_282_120,
  ]);
});
