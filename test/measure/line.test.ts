import { expect, test } from "vitest";
import { lineThrough } from "../../src/measure/line.ts";

test("points on a line give it back", () => {
  const { start, slope, worst } = lineThrough([1, 3, 10, 1000].map((x) => ({ x, y: 0.5 + 2 * x })));
  expect(start).toBeCloseTo(0.5, 10);
  expect(slope).toBeCloseTo(2, 12);
  expect(worst).toBeLessThan(1e-10);
});

test("one x makes no line", () => {
  expect(() =>
    lineThrough([
      { x: 1, y: 1 },
      { x: 1, y: 2 },
    ]),
  ).toThrow("two different x");
});

test("no other line has a smaller sum of squared relative deviations", () => {
  const points = [1, 2, 5, 9, 40].map((x, i) => ({ x, y: 1 + 3 * x * (1 + 0.1 * Math.sin(7 * i)) }));
  const { start, slope, worst } = lineThrough(points);
  const squares = (a: number, b: number) => points.reduce((sum, { x, y }) => sum + ((a + b * x - y) / y) ** 2, 0);
  for (const [a, b] of [
    [0.01, 0],
    [-0.01, 0],
    [0, 0.01],
    [0, -0.01],
    [0.02, -0.004],
  ]) {
    expect(squares(start + a, slope + b)).toBeGreaterThan(squares(start, slope));
  }
  expect(worst).toBe(Math.max(...points.map(({ x, y }) => Math.abs(y / (start + slope * x) - 1))));
});
