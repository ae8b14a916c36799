import { expect, test } from "vitest";
import { conv2d, conv2dCost, conv2dGeometry, dense, globalAveragePool2d, pointwiseConv2d } from "../../src/index.ts";
import { expectClose, scattered } from "../support/tensors.ts";

test("S22: on a 1×1 map a pointwise convolution is the dense layer, with the same parameters", () => {
  const [x, w] = [scattered([1, 1, 1, 9]), scattered([9, 4], 1)];
  expect(pointwiseConv2d(x, w).reshape([1, 4]).toArray()).toEqual(dense(x.reshape([1, 9]), w).toArray());
});

test("S22: what saves parameters is pooling instead of flattening: 50,176,000 weights become 1,024,000", () => {
  const flattened = conv2dCost(conv2dGeometry([1, 7, 7, 1024], [7, 7, 1024, 1000])).parameters;
  const pooled = conv2dCost(conv2dGeometry([1, 1, 1, 1024], [1024, 1000], {}, "pointwiseConv2d")).parameters;
  expect([flattened, pooled]).toEqual([50_176_000, 1_024_000]);
});

test("S22: on a larger map a dense layer is a convolution as large as the map, not a 1×1 one", () => {
  const [x, w] = [scattered([1, 4, 3, 2]), scattered([4, 3, 2, 5], 1)];
  expect(conv2d(x, w).reshape([1, 5]).toArray()).toEqual(dense(x.reshape([1, 24]), w.reshape([24, 5])).toArray());
});

test("S22: 1×1 then pooling = pooling then dense", () => {
  const [x, w] = [scattered([1, 4, 3, 6]), scattered([6, 5], 1)];
  const left = globalAveragePool2d(pointwiseConv2d(x, w)).reshape([1, 5]);
  expectClose(left, dense(globalAveragePool2d(x).reshape([1, 6]), w), 1e-5);
});
