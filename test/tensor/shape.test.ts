import { expect, test } from "vitest";
import { ShapeError } from "../../src/index.ts";
import { knownKeys, oneOf, show } from "../../src/tensor/errors.ts";
import { layoutPermutation, permuteShape } from "../../src/tensor/layout.ts";
import { broadcastShape, checkAxis, formatShape, rowMajorStrides, sizeOf } from "../../src/tensor/shape.ts";

test("extents, strides and names of shapes", () => {
  expect(sizeOf([])).toBe(1);
  expect(sizeOf([2, 3, 4])).toBe(24);
  expect(rowMajorStrides([2, 3, 4])).toEqual([12, 4, 1]);
  expect(formatShape([1, 5, 6])).toBe("1×5×6");
  expect(formatShape([])).toBe("scalar");
});

test("broadcasting is NumPy's", () => {
  expect(broadcastShape("add", [2, 1, 4], [3, 1])).toEqual([2, 3, 4]);
  expect(broadcastShape("add", [], [3])).toEqual([3]);
  expect(() => broadcastShape("add", [2, 3], [2, 2])).toThrow(
    new ShapeError("add: 2×3 and 2×2 do not broadcast (3 against 2)"),
  );
});

test("axes count from the end where they are negative", () => {
  expect([checkAxis("f", 1, 3), checkAxis("f", -1, 3), checkAxis("f", -3, 3)]).toEqual([1, 2, 0]);
  for (const axis of [3, -4, 0.5, "0"])
    expect(() => checkAxis("f", axis, 3)).toThrow(/^f: axis is .*, needs an integer from -3 to 2$/);
});

test("layouts are permutations of their letters", () => {
  expect(layoutPermutation("nchw", "nhwc")).toEqual([0, 2, 3, 1]);
  expect(layoutPermutation("oihw", "hwio")).toEqual([2, 3, 1, 0]);
  expect(permuteShape([5, 7, 3, 2], "hwio", "oihw")).toEqual([2, 3, 5, 7]);
  expect(() => layoutPermutation("nchw", "hwio")).toThrow(
    new ShapeError("layout: nchw and hwio do not have the same axes"),
  );
  expect(() => layoutPermutation("io", "hwio")).toThrow(ShapeError);
});

test("messages show any value in a few characters", () => {
  const values = [
    1.5,
    "same",
    "x".repeat(50),
    [1, [2]],
    new Array(9).fill(0),
    new Float64Array(1),
    undefined,
    null,
    () => 0,
    Object.create(null),
  ];
  expect(values.map(show)).toEqual([
    "1.5",
    '"same"',
    `"${"x".repeat(40)}…"`,
    "[1, [2]]",
    "[0, 0, 0, 0, 0, 0, 0, 0, …]",
    "a Float64Array",
    "undefined",
    "null",
    "a function",
    "a bare object",
  ]);
});

test("words and options that do not exist are refused", () => {
  expect(() => oneOf("conv2d", "layout", "nwhc", ["nhwc", "nchw"])).toThrow(
    new ShapeError('conv2d: layout is "nwhc", needs one of "nhwc", "nchw"'),
  );
  expect(() => knownKeys("conv2d", { stride: 1 }, ["strides"])).toThrow(
    new ShapeError('conv2d: unknown option "stride" (did you mean "strides"?), has strides'),
  );
  expect(() => knownKeys("conv2d", null as never, [])).toThrow(
    new ShapeError("conv2d: options are null, needs an object"),
  );
});
