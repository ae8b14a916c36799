import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type Padding, resolvePadding, ShapeError } from "../../src/index.ts";

const facts = JSON.parse(readFileSync("test/facts/mobilenet-facts.json", "utf8"));

describe("resolvePadding", () => {
  test.each(
    facts.vectors.tf_same_padding as { size: number; kernel: number; stride: number; before: number; after: number }[],
  )("TensorFlow's same: size $size, kernel $kernel, stride $stride", ({ size, kernel, stride, before, after }) => {
    const four = resolvePadding("same", [size, size], [kernel, kernel], { strides: stride });
    expect(four).toEqual([before, after, before, after]);
  });

  test.each<[Padding, object, readonly number[]]>([
    ["valid", {}, [0, 0, 0, 0]],
    ["same", { strides: 2 }, [0, 1, 1, 1]],
    ["same-lower", { strides: 2 }, [1, 0, 1, 1]],
    ["same", { dilations: [1, 3] }, [1, 1, 3, 3]],
    ["same", { strides: [9, 20] }, [0, 0, 0, 0]],
    [1, {}, [1, 1, 1, 1]],
    [[1, 2], {}, [1, 1, 2, 2]],
    [[1, 2, 3, 4], {}, [1, 2, 3, 4]],
  ])("%j with %j on 6×7, kernel 3×3, is %j", (padding, options, four) => {
    expect(resolvePadding(padding, [6, 7], [3, 3], options)).toEqual(four);
  });

  test("the kernel may be larger than the image", () => {
    expect(resolvePadding("same", [1, 2], [4, 3])).toEqual([1, 2, 1, 1]);
  });

  test.each<[unknown, string]>([
    ["SAME", 'padding is "SAME", needs one of "valid", "same", "same-lower"'],
    [-1, "padding is -1, needs an integer >= 0"],
    [0.5, "padding is 0.5, needs an integer >= 0"],
    [[1], 'padding is [1], needs "valid", "same", "same-lower", n, [h, w] or [top, bottom, left, right]'],
    [[1, 2, 3], 'padding is [1, 2, 3], needs "valid", "same", "same-lower", n, [h, w] or [top, bottom, left, right]'],
    [[1, -2], "padding[1] is -2, needs an integer >= 0"],
    [[0, 0, 0, 2 ** 31], "padding[3] is 2147483648, needs at most 2147483647"],
    [{ top: 1 }, 'padding is an Object, needs "valid", "same", "same-lower", n, [h, w] or [top, bottom, left, right]'],
    [null, 'padding is null, needs "valid", "same", "same-lower", n, [h, w] or [top, bottom, left, right]'],
  ])("refuses %j", (padding, message) => {
    expect(() => resolvePadding(padding as Padding, [6, 7], [3, 3])).toThrow(
      new ShapeError(`resolvePadding: ${message}`),
    );
  });

  test("refuses sizes and steps that are none", () => {
    expect(() => resolvePadding("same", [0, 7], [3, 3])).toThrow(
      "resolvePadding: input[0] is 0, needs an integer >= 1",
    );
    expect(() => resolvePadding("same", [6, 7], [3, 0])).toThrow(
      "resolvePadding: window[1] is 0, needs an integer >= 1",
    );
    expect(() => resolvePadding("same", [6, 7], [3, 3], { strides: 0 })).toThrow("resolvePadding: strides is 0");
    expect(() => resolvePadding("same", [6, 7], [3, 3], { dilations: [1, 0] })).toThrow(
      "resolvePadding: dilations[1] is 0",
    );
    expect(() => resolvePadding("same", [6, 7], [3, 3], { strides: "2" as never })).toThrow(
      'resolvePadding: strides is "2", needs a number or [h, w]',
    );
  });
});
