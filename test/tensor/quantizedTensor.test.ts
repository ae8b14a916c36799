/** Tensors of integers: what they hold, and what they refuse. */
import { runInNewContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { ShapeError } from "../../src/tensor/errors.ts";
import { atIndex, quantizedTensor } from "../../src/tensor/quantizedTensor.ts";

const data = Int8Array.of(-128, 0, 127, 1, 2, 3);

describe("quantizedTensor", () => {
  test("says its type, shape, scale and zero point, and keeps the data that it was given", () => {
    const q = quantizedTensor(data, [2, 3], { scale: 0.1, zeroPoint: -1 });
    expect(q).toEqual({ type: "int8", shape: [2, 3], data, scale: Math.fround(0.1), zeroPoint: -1, axis: null });
    expect(q.data).toBe(data);
  });

  test.each([
    ["int8", Int8Array],
    ["uint8", Uint8Array],
    ["int32", Int32Array],
  ] as const)("%s by its array, of other realms too", (type, Kind) => {
    expect(quantizedTensor(new Kind(2), [2], { scale: 1 })).toMatchObject({ type, zeroPoint: 0 });
    expect(quantizedTensor(runInNewContext(`new ${Kind.name}(2)`), [2], { scale: 1 }).type).toBe(type);
  });

  test("one scale for each index of an axis", () => {
    const q = quantizedTensor(data, [2, 3], { scale: [0.5, 0.25], axis: 0 });
    expect([q.scale, q.zeroPoint, q.axis]).toEqual([[0.5, 0.25], 0, 0]);
    expect([atIndex(q.scale, 1), atIndex(q.zeroPoint, 1)]).toEqual([0.25, 0]);
  });

  test.each<[string, unknown, unknown, unknown, string]>([
    ["real numbers", new Float32Array(6), [6], { scale: 1 }, "needs an Int8Array, Uint8Array or Int32Array"],
    ["16 bits", new Int16Array(6), [6], { scale: 1 }, "needs an Int8Array, Uint8Array or Int32Array"],
    ["too few", data, [7], { scale: 1 }, "data has 6 elements, shape 7 needs 7"],
    ["a shape of words", data, "6", { scale: 1 }, "shape"],
    ["no scale", data, [6], {}, "scale is undefined"],
    ["scale 0", data, [6], { scale: 0 }, "scale is 0, needs a float32 from"],
    ["a scale below 0", data, [6], { scale: -1 }, "scale is -1, needs a float32 from"],
    ["NaN", data, [6], { scale: Number.NaN }, "scale is NaN, needs a float32 from"],
    ["infinity", data, [6], { scale: 1e39 }, "scale is 1e+39, needs a float32 from"],
    ["a subnormal scale", data, [6], { scale: 2 ** -127 }, "needs a float32 from"],
    ["a zero point outside the type", data, [6], { scale: 1, zeroPoint: 128 }, "zeroPoint is 128"],
    ["half a zero point", data, [6], { scale: 1, zeroPoint: 0.5 }, "zeroPoint is 0.5"],
    ["scales without an axis", data, [6], { scale: [1, 1] }, "scale has 2 numbers, needs an axis for them"],
    ["another count of scales", data, [2, 3], { scale: [1, 1], axis: 1 }, "scale has 2 numbers, axis 1 needs 3"],
    ["an axis that there is not", data, [2, 3], { scale: [1, 1], axis: 2 }, "axis is 2"],
    ["one bad scale of many", data, [2, 3], { scale: [1, 0], axis: 0 }, "scale[1] is 0, needs a float32 from"],
    ["one bad zero point", data, [2, 3], { scale: 1, zeroPoint: [1, 999], axis: 0 }, "zeroPoint[1] is 999"],
    ["nothing", data, [6], null, "options"],
  ])("refuses %s", (_, given, shape, options, message) => {
    const make = () => quantizedTensor(given as Int8Array, shape as number[], options as { scale: number });
    expect(make).toThrow(ShapeError);
    expect(make).toThrow(message);
  });
});
