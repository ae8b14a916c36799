import { expect, test } from "vitest";
import { random, randomTensor, ShapeError } from "../../src/index.ts";

// Printed by test/oracles/xoshiro.py.
test.each([
  [0, [3809008728, 1133695204, 53579671, 2891528803, 139681546, 2203266335]],
  [1, [2442144158, 3238099751, 3819917871, 2104621829, 2021136066, 4223536128]],
  [4294967295, [835879718, 1921286648, 2356205009, 1885780724, 980451116, 1053911718]],
])("seed %i gives the numbers of the reference algorithm", (seed, numbers) => {
  const source = random(seed);
  expect(numbers.map(() => source.bits())).toEqual(numbers);
});

test("uniform numbers are multiples of 2^-24 below 1", () => {
  const source = random(3);
  let sum = 0;
  for (let i = 0; i < 10_000; i++) {
    const u = source.uniform();
    expect(u >= 0 && u < 1 && Number.isInteger(u * 2 ** 24)).toBe(true);
    sum += u;
  }
  expect(Math.abs(sum / 10_000 - 0.5)).toBeLessThan(0.02);
});

test("normal numbers have mean 0 and variance 1, integers stay below their limit", () => {
  const source = random(4);
  const values = Float64Array.from({ length: 20_000 }, source.normal);
  const mean = values.reduce((a, b) => a + b) / values.length;
  const variance = values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length;
  expect(Math.abs(mean)).toBeLessThan(0.03);
  expect(Math.abs(variance - 1)).toBeLessThan(0.04);
  const seen = new Set(Array.from({ length: 200 }, () => source.integer(5)));
  expect([...seen].sort()).toEqual([0, 1, 2, 3, 4]);
});

test("a random tensor repeats with its seed", () => {
  expect(randomTensor([2, 3], random(9)).toArray()).toEqual(randomTensor([2, 3], random(9)).toArray());
  const [one, other] = [random(9), random(9)];
  const drawn = randomTensor([5], one, () => one.integer(100));
  expect(drawn.toArray()).toEqual([1, 2, 3, 4, 5].map(() => other.integer(100)));
});

test.each([-1, 0.5, 2 ** 32, Number.NaN])("seed %d is refused", (seed) => {
  expect(() => random(seed)).toThrow(ShapeError);
});
