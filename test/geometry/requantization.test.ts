/** The three rules of rounding, at their edges. Every expected integer follows from the formula beside it. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type FixedPoint,
  fixedPoint,
  ROUNDINGS,
  rangeOf,
  ratioOf,
  requantizer,
  scaledOnce,
  scaledTwice,
} from "../../src/geometry/requantization.ts";
import { roundHalfAway, roundHalfEven } from "../../src/geometry/rounding.ts";
import { times } from "../support/effort.ts";

/** From 2^-24 to 2^8. */
const ratios = fc.double({ min: -24, max: 8, noNaN: true }).map((power) => 2 ** power);
const INT32 = { zeroPoint: 0, min: -(2 ** 31), max: 2 ** 31 - 1 };

describe("rounding", () => {
  test.each([
    [0.5, 0, 1],
    [1.5, 2, 2],
    [2.5, 2, 3],
    [-0.5, -0, -1],
    [-1.5, -2, -2],
    [-2.5, -2, -3],
    [0.49999999999999994, 0, 0],
    [-2.4, -2, -2],
    [2 ** 52 + 1, 2 ** 52 + 1, 2 ** 52 + 1],
  ])("%s is %s to even, %s away from 0", (x, even, away) => {
    expect(roundHalfEven(x) + 0).toBe(even + 0);
    expect(roundHalfAway(x) + 0).toBe(away);
  });
});

describe("a ratio as integers", () => {
  test.each<[string, number, FixedPoint]>([
    ["0", 0, { multiplier: 0, shift: 0 }],
    ["1/2", 0.5, { multiplier: 2 ** 30, shift: 0 }],
    ["1", 1, { multiplier: 2 ** 30, shift: 1 }],
    ["3/4", 0.75, { multiplier: 3 * 2 ** 29, shift: 0 }],
    ["above 1", 5, { multiplier: 5 * 2 ** 28, shift: 3 }],
    ["just below 1: the multiplier would be 2^31", 1 - 2 ** -40, { multiplier: 2 ** 30, shift: 1 }],
    ["just below a power, far down", 2 ** -20 * (1 - 2 ** -40), { multiplier: 2 ** 30, shift: -19 }],
    ["the least", 2 ** -32, { multiplier: 2 ** 30, shift: -31 }],
    ["below the least", 2 ** -33, { multiplier: 0, shift: 0 }],
    ["just below the least: rounded up to it", 2 ** -32 * (1 - 2 ** -40), { multiplier: 2 ** 30, shift: -31 }],
  ])("%s", (_, ratio, expected) => expect(fixedPoint(ratio)).toEqual(expected));

  test("is the ratio within half a unit of 31 bits", () => {
    fc.assert(
      fc.property(ratios, (ratio) => {
        const { multiplier, shift } = fixedPoint(ratio);
        expect(multiplier).toBeGreaterThanOrEqual(2 ** 30);
        expect(multiplier).toBeLessThan(2 ** 31);
        expect(Math.abs(multiplier * 2 ** (shift - 31) - ratio)).toBeLessThanOrEqual(2 ** (shift - 32));
      }),
      { numRuns: times(2_000) },
    );
  });
});

describe("sums by integers", () => {
  test.each([
    // sum, ratio, two roundings, one rounding
    [5, 0.5, 3, 3], // 2.5
    [-5, 0.5, -2, -2], // -2.5: the high product takes half a unit up, and nothing is left to divide
    [5, 0.25, 2, 1], // 1.25: the product is 2.5, so 3, and half of it 2
    [6, 0.25, 2, 2], // 1.5: 3 by the product, then 2
    [-6, 0.25, -2, -1], // -1.5: -3 by the product, then away from 0; once: up
    [1, 0.3, 1, 0], // the product is 0.6, so 1, and half of it 1
    [1, 0.24, 0, 0],
    [2 ** 31 - 1, 0.5, 2 ** 30, 2 ** 30],
    [-(2 ** 31), 0.5, -(2 ** 30), -(2 ** 30)],
    [2 ** 30 - 1, 2, -2, 2 ** 31 - 2], // shifted left by two bits, the sum overflows int32, as in C
    [3, 2 ** -32, 0, 0],
    [2 ** 31 - 1, 2 ** -32, 1, 0], // 0.49…: 2^30 by the product, which is half of 2^31
    [-(2 ** 31), 2 ** -32, -1, 0], // -0.5
  ] as const)("%d · %d is %d rounded twice, %d once", (sum, ratio, twice, once) => {
    expect(scaledTwice(sum, fixedPoint(ratio)) + 0).toBe(twice);
    expect(scaledOnce(sum, fixedPoint(ratio)) + 0).toBe(once);
  });

  test("two roundings are within a step of the product, one within half a step", () => {
    const sums = fc.integer({ min: -(2 ** 20), max: 2 ** 20 });
    fc.assert(
      fc.property(sums, ratios, (sum, ratio) => {
        const fixed = fixedPoint(ratio);
        const exact = sum * fixed.multiplier * 2 ** (fixed.shift - 31);
        expect(Math.abs(scaledTwice(sum, fixed) - exact)).toBeLessThanOrEqual(1);
        expect(Math.abs(scaledOnce(sum, fixed) - exact)).toBeLessThanOrEqual(0.5);
      }),
      { numRuns: times(2_000) },
    );
  });
});

describe("requantizer", () => {
  test("half a step, by every rule: 2 to even, 3 away from 0 or up", () => {
    expect(ROUNDINGS.map((rounding) => requantizer(rounding, 0.5, INT32)(5))).toEqual([2, 3, 3]);
    expect(ROUNDINGS.map((rounding) => requantizer(rounding, 0.25, INT32)(-6))).toEqual([-2, -2, -1]);
  });

  test("by float32 the sum is rounded before it is multiplied", () => {
    expect(requantizer("float-half-even", 1, INT32)(2 ** 24 + 1)).toBe(2 ** 24);
    expect(requantizer("tflite-double", 1, INT32)(2 ** 24 + 1)).toBe(2 ** 24 + 1);
  });

  test.each(ROUNDINGS)("%s adds the zero point after rounding, and limits", (rounding) => {
    const requantize = requantizer(rounding, 0.5, { zeroPoint: 3, min: -10, max: 10 });
    expect([4, 100, -100].map(requantize)).toEqual([5, 10, -10]);
  });
});

describe("ratios", () => {
  const [x, w, y] = [0.1, 0.3, 0.7].map(Math.fround);
  test("are float32 by the first rule, float64 by the others, and between them per tensor", () => {
    const all = [
      ratioOf("float-half-even", x, w, y),
      ratioOf("tflite-double", x, w, y),
      ratioOf("tflite-double", x, w, y, true),
    ];
    expect(all).toEqual([Math.fround(Math.fround(x * w) / y), (x * w) / y, Math.fround(x * w) / y]);
    expect(new Set(all).size).toBe(3);
  });
});

describe("the range of an output", () => {
  const int8 = [-128, 127] as const;
  const none = { minValue: Number.NEGATIVE_INFINITY, maxValue: Number.POSITIVE_INFINITY };
  test.each([
    ["of its type", { scale: 0.5, zeroPoint: 3 }, none, [-128, 127]],
    ["of relu", { scale: 0.5, zeroPoint: 3 }, { ...none, minValue: 0 }, [3, 127]],
    ["of relu6", { scale: 0.5, zeroPoint: 3 }, { minValue: 0, maxValue: 6 }, [3, 15]],
    ["of relu6 beyond the type", { scale: 0.01, zeroPoint: -128 }, { minValue: 0, maxValue: 6 }, [-128, 127]],
    ["of -1 to 1, halves away from 0", { scale: 0.4, zeroPoint: 0 }, { minValue: -1, maxValue: 1 }, [-3, 3]],
  ] as const)("%s", (_, levels, limits, [min, max]) => {
    expect(rangeOf(int8, levels, limits)).toEqual({ zeroPoint: levels.zeroPoint, min, max });
  });
});
