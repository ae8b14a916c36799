import { describe, expect, test } from "vitest";
import { type Conv2dGeometryOptions, conv2dCost, conv2dGeometry, type Shape, ShapeError } from "../../src/index.ts";

// 224 at stride 2 leaves a remainder, which is floored. PyTorch pads 1 on both sides, TensorFlow "same" only below and
// right: the same size, different pixels.
test.each<[Shape, Shape, Conv2dGeometryOptions, object]>([
  [[1, 224, 224, 3], [3, 3, 3, 32], { strides: 2, padding: 1 }, { OH: 112, OW: 112, padTop: 1, padBottom: 1 }],
  [[1, 224, 224, 3], [3, 3, 3, 32], { strides: 2, padding: "same" }, { OH: 112, OW: 112, padTop: 0, padBottom: 1 }],
  [[1, 32, 112, 112], [64, 32, 1, 1], { layout: "nchw" }, { C: 32, O: 64, OH: 112, OW: 112 }],
  [[2, 4, 7, 5], [4, 1, 3, 3], { layout: "nchw", groups: 4, dilations: [2, 1] }, { N: 2, G: 4, OH: 3, OW: 3 }],
  [[1, 9, 8, 6], [2, 3, 2, 9], { groups: 3 }, { KH: 2, KW: 3, OH: 8, OW: 6 }],
  [[1, 5, 7, 2], [6, 2, 4, 2], { filterLayout: "ohwi", strides: [3, 2] }, { KH: 2, KW: 4, O: 6, OH: 2, OW: 2 }],
  [[1, 5, 7, 2], [2, 2, 4, 6], { filterLayout: "ihwo" }, { KH: 2, KW: 4, O: 6, OH: 4, OW: 4 }],
])("input %j, filter %j, %j", (input, filter, options, expected) => {
  expect(conv2dGeometry(input, filter, options)).toMatchObject(expected);
});

describe("depthwise and pointwise filters", () => {
  test("a multiplier gives c·m outputs", () => {
    expect(conv2dGeometry([1, 5, 6, 3], [2, 3, 3, 4], {}, "depthwiseConv2d")).toMatchObject({
      C: 3,
      O: 12,
      G: 3,
      OH: 4,
      OW: 4,
    });
    const nchw = { layout: "nchw" } as const;
    expect(conv2dGeometry([1, 3, 5, 6], [12, 1, 2, 3], nchw, "depthwiseConv2d")).toMatchObject({
      C: 3,
      O: 12,
      G: 3,
      KH: 2,
      KW: 3,
    });
    expect(conv2dGeometry([1, 5, 6, 3], [2, 3, 3, 1], { groups: 3 }, "depthwiseConv2d").G).toBe(3);
  });

  test("a pointwise filter has rank 2 or 4", () => {
    const expected = { C: 3, O: 7, KH: 1, KW: 1, OH: 5, OW: 6 };
    expect(conv2dGeometry([1, 5, 6, 3], [3, 7], {}, "pointwiseConv2d")).toMatchObject(expected);
    expect(conv2dGeometry([1, 5, 6, 3], [1, 1, 3, 7], {}, "pointwiseConv2d")).toMatchObject(expected);
    expect(conv2dGeometry([1, 3, 5, 6], [7, 3], { layout: "nchw" }, "pointwiseConv2d")).toMatchObject(expected);
  });
});

test("cost counts padded positions, and the bias only as parameters", () => {
  const g = conv2dGeometry([2, 14, 14, 512], [3, 3, 512, 512], { padding: "same" });
  expect(conv2dCost(g, true)).toEqual({
    macs: 2 * 462_422_016,
    parameters: 2_359_296 + 512,
    weightBytes: 4 * (2_359_296 + 512),
    inputBytes: 4 * 2 * 14 * 14 * 512,
    outputBytes: 4 * 2 * 14 * 14 * 512,
  });
  const grouped = conv2dCost(conv2dGeometry([1, 6, 5, 4], [3, 2, 2, 8], { groups: 2 }));
  expect([grouped.macs, grouped.parameters]).toEqual([4 * 4 * 8 * 2 * 6, 3 * 2 * 2 * 8]); // no bias unless there is one
});

const x: Shape = [1, 5, 5, 6];
type Bad = [string, Shape, Shape, Conv2dGeometryOptions, string];
describe("refuses", () => {
  test.each<Bad>([
    [
      "channels",
      x,
      [3, 3, 8, 16],
      {},
      "filter takes 8 input channels per group, the input has 6 (input 1×5×5×6 nhwc, filter 3×3×8×16 hwio)",
    ],
    [
      "channels per group",
      x,
      [3, 3, 6, 4],
      { groups: 2 },
      "filter takes 6 input channels per group, the input has 3 (input 1×5×5×6 nhwc, filter 3×3×6×4 hwio)",
    ],
    [
      "outputs by groups",
      x,
      [3, 3, 3, 3],
      { groups: 2 },
      "groups is 2, the filter's 3 outputs do not divide by it (input 1×5×5×6 nhwc, filter 3×3×3×3 hwio)",
    ],
    [
      "channels by groups",
      x,
      [3, 3, 2, 4],
      { groups: 4 },
      "groups is 4, the input's 6 channels do not divide by it (input 1×5×5×6 nhwc, filter 3×3×2×4 hwio)",
    ],
    ["groups 0", x, [3, 3, 6, 4], { groups: 0 }, "groups is 0, needs an integer >= 1"],
    ["groups 1.5", x, [3, 3, 6, 4], { groups: 1.5 }, "groups is 1.5, needs an integer >= 1"],
    [
      "tall kernel",
      x,
      [6, 3, 6, 4],
      {},
      "kernel reaches over 6 rows, the padded input has 5 (input 1×5×5×6 nhwc, filter 6×3×6×4 hwio)",
    ],
    [
      "wide kernel",
      x,
      [3, 3, 6, 4],
      { dilations: [1, 4], padding: [0, 0, 1, 2] },
      "kernel reaches over 9 columns, the padded input has 8 (input 1×5×5×6 nhwc, filter 3×3×6×4 hwio)",
    ],
    ["stride 0", x, [3, 3, 6, 4], { strides: 0 }, "strides is 0, needs an integer >= 1"],
    ["stride -1", x, [3, 3, 6, 4], { strides: [1, -1] }, "strides[1] is -1, needs an integer >= 1"],
    ["stride 1.5", x, [3, 3, 6, 4], { strides: [1.5, 1] }, "strides[0] is 1.5, needs an integer >= 1"],
    ["stride NaN", x, [3, 3, 6, 4], { strides: Number.NaN }, "strides is NaN, needs an integer >= 1"],
    ["stride 2^31", x, [3, 3, 6, 4], { strides: 2 ** 31 }, "strides is 2147483648, needs at most 2147483647"],
    [
      "three strides",
      x,
      [3, 3, 6, 4],
      { strides: [1, 1, 1] as never },
      "strides is [1, 1, 1], needs a number or [h, w]",
    ],
    ["dilation 0", x, [3, 3, 6, 4], { dilations: 0 }, "dilations is 0, needs an integer >= 1"],
    ["rank of the input", [5, 5, 6], [3, 3, 6, 4], {}, "input 5×5×6 has rank 3, needs rank 4"],
    ["rank of the filter", x, [3, 6, 4], {}, "filter 3×6×4 has rank 3, needs rank 4"],
    ["no shape", null as never, [3, 3, 6, 4], {}, "input shape is null, needs an array of extents"],
    ["extent 0", [1, 0, 5, 6], [3, 3, 6, 4], {}, "input[1] is 0, needs an integer >= 1"],
    ["extent NaN", [1, Number.NaN, 5, 6], [3, 3, 6, 4], {}, "input[1] is NaN, needs an integer >= 1"],
    ["extent -5", [1, -5, 5, 6], [3, 3, 6, 4], {}, "input[1] is -5, needs an integer >= 1"],
    ["filter extent 0", x, [3, 3, 6, 0], {}, "filter[3] is 0, needs an integer >= 1"],
    ["layout", x, [3, 3, 6, 4], { layout: "nwhc" as never }, 'layout is "nwhc", needs one of "nhwc", "nchw"'],
    [
      "filter layout",
      x,
      [3, 3, 6, 4],
      { filterLayout: "hwim" },
      'filterLayout is "hwim", needs one of "hwio", "oihw", "ohwi", "ihwo"',
    ],
    [
      "output",
      x,
      [1, 1, 6, 4],
      { padding: 20_000 },
      "output 1×40005×40005×4 holds 6401600100 elements, needs at most 536870912",
    ],
    [
      "padded image",
      x,
      [1, 1, 6, 4],
      { padding: 1_000_000, strides: 1_000_000 },
      "padded image 2000005×2000005×6 holds 24000120000150 elements, needs at most 536870912",
    ],
    ["MACs", [1, 2 ** 14, 2 ** 14, 1], [2 ** 13, 2 ** 13, 1, 4], {}, "MACs"],
  ])("%s", (name, input, filter, options, message) => {
    const run = () => conv2dGeometry(input, filter, options);
    if (name === "MACs") expect(run).toThrow(/^conv2d: \d+ multiply-accumulates, needs at most 2\^53 \(/);
    else expect(run).toThrow(new ShapeError(`conv2d: ${message}`));
  });

  test.each<[string, Shape, Conv2dGeometryOptions, string]>([
    ["channels", [3, 3, 5, 1], {}, "filter has 5 channels, the input has 6 (input 1×5×5×6 nhwc, filter 3×3×5×1 hwim)"],
    ["multiplier 0", [3, 3, 6, 0], {}, "filter[3] is 0, needs an integer >= 1"],
    [
      "outputs",
      [7, 1, 3, 3],
      { filterLayout: "oihw" },
      "groups is 6, the filter's 7 outputs do not divide by it (input 1×5×5×6 nhwc, filter 7×1×3×3 oihw)",
    ],
    [
      "depth",
      [6, 2, 3, 3],
      { filterLayout: "oihw" },
      "filter takes 2 input channels per group, the input has 1 (input 1×5×5×6 nhwc, filter 6×2×3×3 oihw)",
    ],
    [
      "groups",
      [3, 3, 6, 1],
      { groups: 2 },
      "groups is 2, needs the input's 6 channels or none given (input 1×5×5×6 nhwc, filter 3×3×6×1 hwim)",
    ],
    ["layout", [3, 3, 6, 1], { filterLayout: "hwio" }, 'filterLayout is "hwio", needs one of "hwim", "oihw"'],
  ])("depthwise %s", (_, filter, options, message) => {
    expect(() => conv2dGeometry(x, filter, options, "depthwiseConv2d")).toThrow(
      new ShapeError(`depthwiseConv2d: ${message}`),
    );
  });

  test.each<[string, Shape, string]>([
    ["kernel", [3, 1, 6, 4], "filter is 3×1, needs 1×1 (input 1×5×5×6 nhwc, filter 3×1×6×4 hwio)"],
    [
      "channels",
      [5, 4],
      "filter takes 5 input channels per group, the input has 6 (input 1×5×5×6 nhwc, filter 5×4 io)",
    ],
    ["rank", [1, 6, 4], "filter 1×6×4 has rank 3, needs rank 2 or 4"],
  ])("pointwise %s", (_, filter, message) => {
    expect(() => conv2dGeometry(x, filter, {}, "pointwiseConv2d")).toThrow(
      new ShapeError(`pointwiseConv2d: ${message}`),
    );
  });
});
