/** One test for each row of the table "Where libraries disagree" in docs/01-convolution.md. */
import { describe, expect, test } from "vitest";
import {
  averagePool2d,
  batchNormalization,
  clamp,
  conv2d,
  depthwiseConv2d,
  hardSigmoid,
  hardSwish,
  maxPool2d,
  pointwiseConv2d,
  relu,
  relu6,
  resolvePadding,
  ShapeError,
  Tensor,
  TIERS,
  tensor,
} from "../../src/index.ts";
import { counting } from "../support/tensors.ts";

describe.each(TIERS)("%s", (backend) => {
  test("same padding at stride 2, even size: TensorFlow's, PyTorch's and ONNX's SAME_LOWER are three answers", () => {
    const x = counting([1, 1, 4, 1]);
    const w = tensor([1, 10, 100], [1, 3, 1, 1]);
    const run = (padding: "same" | "same-lower" | [number, number]) => [
      ...conv2d(x, w, { strides: 2, padding, backend }).data,
    ];
    expect(run("same")).toEqual([210, 32]); // (0, 1)
    expect(run([0, 1])).toEqual([100, 321]); // PyTorch's padding=1: (1, 1)
    expect(run("same-lower")).toEqual([100, 321]); // (1, 0); the last pixel of padding is not reached
    expect(resolvePadding("same", [112, 112], [3, 3], { strides: 2 })).toEqual([0, 1, 0, 1]);
    expect(resolvePadding(1, [112, 112], [3, 3], { strides: 2 })).toEqual([1, 1, 1, 1]);
    expect(resolvePadding("same-lower", [112, 112], [3, 3], { strides: 2 })).toEqual([1, 0, 1, 0]);
  });

  test("explicit padding is top, bottom, left, right", () => {
    const y = maxPool2d(counting([1, 1, 1, 1]), { windowDimensions: 1, padding: [1, 0, 2, 0], backend });
    expect(y.shape).toEqual([1, 2, 3, 1]);
    expect(y.at(0, 1, 2, 0)).toBe(0);
  });

  test("an average does not count padding, unless told to", () => {
    const x = tensor([4, 8], [1, 1, 2, 1]);
    const options = { windowDimensions: [1, 2], padding: [0, 0, 1, 0], backend } as const;
    expect([...averagePool2d(x, options).data]).toEqual([4, 6]);
    expect([...averagePool2d(x, { ...options, countIncludePad: true }).data]).toEqual([2, 6]);
  });

  test("rounding up drops a window that would begin in the end padding", () => {
    const x = counting([1, 1, 2, 1]);
    const options = {
      windowDimensions: [1, 2],
      strides: [1, 3],
      padding: [0, 0, 1, 1],
      rounding: "ceil",
      backend,
    } as const;
    expect(maxPool2d(x, options).shape).toEqual([1, 1, 1, 1]);
    expect(maxPool2d(counting([1, 1, 3, 1]), options).shape).toEqual([1, 1, 2, 1]);
  });

  test("a kernel larger than the padded input is refused", () => {
    expect(() => conv2d(counting([1, 2, 2, 1]), counting([5, 5, 1, 1]), { padding: 1, backend })).toThrow(ShapeError);
    expect(() => maxPool2d(counting([1, 2, 2, 1]), { windowDimensions: 3, backend })).toThrow(ShapeError);
  });

  test("with ceil a window larger than the padded input pools what is there, where a size of 1 comes out", () => {
    const x = tensor([1, 2, 3, 4], [1, 2, 2, 1]);
    const options = { windowDimensions: 3, strides: 2, rounding: "ceil", backend } as const;
    expect(maxPool2d(x, options).toArray()).toEqual([[[[4]]]]);
    expect(averagePool2d(x, options).toArray()).toEqual([[[[2.5]]]]);
    expect(() => maxPool2d(x, { ...options, strides: 1 })).toThrow(ShapeError);
  });

  test("a 1×1 pool with padding is computed as defined", () => {
    const y = maxPool2d(counting([1, 2, 2, 1]), { windowDimensions: 1, strides: 2, padding: 1, backend });
    expect([...y.data]).toEqual([Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, 3]);
  });

  test("hard-swish of -∞ is NaN, alone and fused: -∞ · 0", () => {
    const x = tensor([Number.NEGATIVE_INFINITY, -4, -3, Number.POSITIVE_INFINITY], [1, 1, 4, 1]);
    const one = tensor([1], [1, 1, 1, 1]);
    const expected = [Number.NaN, 0, 0, Number.POSITIVE_INFINITY];
    expect([...hardSwish(x, { backend }).data]).toEqual(expected);
    expect([...conv2d(x, one, { activation: "hardSwish", backend }).data]).toEqual(expected);
    expect([...depthwiseConv2d(x, one, { activation: "hardSwish", backend }).data]).toEqual(expected);
    expect([...pointwiseConv2d(x, one, { activation: "hardSwish", backend }).data]).toEqual(expected);
  });

  test("a sum that overflows halfway: float64 comes back, float32 does not", () => {
    const x = tensor([3e38, 3e38, 3e38], [1, 1, 1, 3]);
    const [y] = pointwiseConv2d(x, tensor([[1], [1], [-1]]), { backend }).data;
    expect(y).toBe(backend === "simd" ? Number.POSITIVE_INFINITY : Math.fround(3e38));
  });

  test("zero images are refused", () => {
    expect(() => conv2d(Tensor.zeros([0, 3, 3, 1]), counting([1, 1, 1, 1]), { backend })).toThrow(
      new ShapeError("conv2d: input[0] is 0, needs an integer >= 1"),
    );
    expect(() => maxPool2d(Tensor.zeros([0, 3, 3, 1]), { backend })).toThrow(ShapeError);
  });

  test("NaN travels through max pool, ReLU and ReLU6, fused and not", () => {
    const x = tensor([Number.NaN, 1, 2, -1], [1, 1, 4, 1]);
    expect([...maxPool2d(x, { windowDimensions: [1, 2], backend }).data]).toEqual([Number.NaN, 2, 2]);
    expect([...relu(x, { backend }).data]).toEqual([Number.NaN, 1, 2, 0]);
    expect([...relu6(x, { backend }).data]).toEqual([Number.NaN, 1, 2, 0]);
    const one = tensor([1], [1, 1, 1, 1]);
    for (const activation of ["relu", "relu6"] as const) {
      expect([...conv2d(x, one, { activation, backend }).data]).toEqual([Number.NaN, 1, 2, 0]);
      expect([...depthwiseConv2d(x, one, { activation, backend }).data]).toEqual([Number.NaN, 1, 2, 0]);
    }
  });

  test("finite filters beside padding and infinite pixels agree", () => {
    const x = tensor([Number.POSITIVE_INFINITY, 1, Number.NEGATIVE_INFINITY, 2], [1, 2, 2, 1]);
    const y = depthwiseConv2d(x, tensor([1, 1, 1, 1, 1, 1, 1, 1, 1], [3, 3, 1, 1]), { padding: "same", backend });
    expect([...y.data]).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
    const row = depthwiseConv2d(x, tensor([1, 2], [1, 2, 1, 1]), { padding: "same", backend });
    expect([...row.data]).toEqual([Number.POSITIVE_INFINITY, 1, Number.NEGATIVE_INFINITY, 2]);
  });

  test("strides and dilations may both be above 1", () => {
    const y = conv2d(counting([1, 1, 7, 1]), tensor([1, 100], [1, 2, 1, 1]), { strides: 2, dilations: 3, backend });
    expect([...y.data]).toEqual([300, 502]);
  });

  test("depthwise output c·multiplier + m comes from channel c", () => {
    const y = depthwiseConv2d(tensor([1, 10], [1, 1, 1, 2]), tensor([1, 2, 3, 4, 5, 6], [1, 1, 2, 3]), { backend });
    expect([...y.data]).toEqual([1, 2, 3, 40, 50, 60]);
  });

  test("the slope of hard-sigmoid is 1/6, and can be set", () => {
    expect(hardSigmoid(tensor([1]), { backend }).at(0)).toBeCloseTo(2 / 3, 6);
    expect(hardSigmoid(tensor([1]), { alpha: 0.2, backend }).at(0)).toBeCloseTo(0.7, 6);
  });

  test("epsilon of batch norm is 1e-5", () => {
    const [mean, variance] = [tensor([0]), tensor([0])];
    expect(batchNormalization(tensor([1]), { mean, variance, backend }).at(0)).toBe(Math.fround(1 / Math.sqrt(1e-5)));
    expect(batchNormalization(tensor([1]), { mean, variance, epsilon: 1e-3, backend }).at(0)).toBe(
      Math.fround(1 / Math.sqrt(1e-3)),
    );
  });

  test("clamp with min > max is a RangeError", () => {
    expect(() => clamp(tensor([1]), { minValue: 2, maxValue: 1, backend })).toThrow(
      new RangeError("clamp: minValue is 2, needs a number of at most maxValue 1"),
    );
    expect(() => clamp(tensor([1]), { minValue: Number.NaN, backend })).toThrow(RangeError);
    expect(clamp(tensor([-9, 9]), { backend }).toArray()).toEqual([-9, 9]);
  });

  test("the kernel is not flipped: cross-correlation", () => {
    expect([...conv2d(counting([1, 1, 3, 1]), tensor([1, 10], [1, 2, 1, 1]), { backend }).data]).toEqual([10, 21]);
  });
});
