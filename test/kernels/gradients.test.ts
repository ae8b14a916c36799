import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pool2dGeometry } from "../../src/geometry/pool2d.ts";
import {
  ACTIVATIONS,
  averagePool2d,
  type Conv2dGeometry,
  conv2d,
  conv2dGeometry,
  random,
  randomTensor,
  type Tensor,
  tensor,
} from "../../src/index.ts";
import { activate } from "../../src/kernels/naive/activation.ts";
import { type Geometry, geometry, integers, settings } from "../support/geometries.ts";
import { FAST, naive } from "../support/gradients.ts";
import { expectClose } from "../support/tensors.ts";

const dot = (a: Tensor, b: Tensor): number => {
  const [u, v] = [a.toFloat32Array(), b.toFloat32Array()];
  return u.reduce((sum, value, i) => sum + value * v[i], 0);
};

/** Whole numbers for x, w and dy of a generated convolution, so that every sum is exact. */
function convolution(g: Geometry): { geometry: Conv2dGeometry; x: Tensor; w: Tensor; dy: Tensor; y: Tensor } {
  const [C, O] = [g.G * g.Cg, g.G * g.Og];
  const options = { strides: [g.sH, g.sW], dilations: [g.dH, g.dW], padding: g.padding, groups: g.G } as const;
  const x = integers([g.N, g.H, g.W, C], g.seed);
  const w = integers([g.KH, g.KW, g.Cg, O], g.seed + 1);
  const y = conv2d(x, w, { ...options, backend: "naive" });
  return { geometry: conv2dGeometry(x.shape, w.shape, options), x, w, y, dy: integers(y.shape, g.seed + 2) };
}

describe("convolution", () => {
  // y is linear in x and in w, so the gradients are the adjoints: ⟨dy, y⟩ = ⟨dx, x⟩ = ⟨dw, w⟩.
  test("⟨dy, y⟩ = ⟨dx, x⟩ = ⟨dw, w⟩, and all tiers agree to the last bit", () => {
    fc.assert(
      fc.property(geometry, (g) => {
        const { geometry, x, w, y, dy } = convolution(g);
        const dx = naive.run((k) => k.conv2dInput(geometry), { filter: w })([dy], x.shape);
        const dw = naive.run((k) => k.conv2dFilter(geometry))([x, dy], w.shape);
        expect(dot(dx, x)).toBe(dot(dy, y));
        expect(dot(dw, w)).toBe(dot(dy, y));
        for (const tier of FAST) {
          expect(tier.run((k) => k.conv2dInput(geometry), { filter: w })([dy], x.shape).data, tier.name).toEqual(
            dx.data,
          );
          expect(tier.run((k) => k.conv2dFilter(geometry))([x, dy], w.shape).data, tier.name).toEqual(dw.data);
        }
      }),
      settings(400),
    );
  });
});

describe("batch norm", () => {
  const shapes = [
    [1, 1, 1, 1],
    [2, 3, 5, 3],
    [4, 7, 3, 6],
    [3, 1, 1, 17],
    [2, 16, 16, 32],
    [7, 5],
  ];

  test.each(shapes.map((shape) => [shape.join("×"), shape] as const))(
    "%s: tiers agree with the formulas",
    (_, shape) => {
      const C = shape[shape.length - 1];
      const epsilon = 1e-3;
      const source = random(C);
      const [x, dy] = [randomTensor(shape, source, () => 3 + 2 * source.normal()), randomTensor(shape, source)];
      const [scale, bias] = [randomTensor([C], source), randomTensor([C], source)];
      const all = (tier: typeof naive) => {
        const m = tier.run((k) => k.moments(shape))([x], [2, C]);
        const y = tier.run((k) => k.normalize(shape, epsilon))([x, m, scale, bias], shape);
        const sums = tier.run((k) => k.normalizeParameters(shape, epsilon))([x, m, dy], [2, C]);
        const dx = tier.run((k) => k.normalizeInput(shape, epsilon))([x, m, scale, sums, dy], shape);
        return { m, y, sums, dx };
      };
      const expected = all(naive);
      for (const tier of FAST) {
        const found = all(tier);
        for (const key of ["m", "y", "sums", "dx"] as const) {
          const largest = expected[key].data.reduce((max, value) => Math.max(max, Math.abs(value)), 1);
          expectClose(found[key], expected[key], 4e-6 * largest);
        }
      }
    },
  );

  test("the output has mean β and deviation |γ|; dx has no mean and no part along x̂", () => {
    const shape = [5, 4, 3, 2];
    const source = random(2);
    const [x, dy] = [randomTensor(shape, source), randomTensor(shape, source)];
    const [scale, bias] = [tensor([2, -3]), tensor([1, 10])];
    const m = naive.run((k) => k.moments(shape))([x], [2, 2]);
    const y = naive.run((k) => k.normalize(shape, 1e-12))([x, m, scale, bias], shape);
    const found = naive.run((k) => k.moments(shape))([y], [2, 2]);
    expectClose(found, tensor([1, 10, 4, 9], [2, 2]), 1e-5);
    const sums = naive.run((k) => k.normalizeParameters(shape, 1e-12))([x, m, dy], [2, 2]);
    const dx = naive.run((k) => k.normalizeInput(shape, 1e-12))([x, m, scale, sums, dy], shape);
    const along = naive.run((k) => k.normalizeParameters(shape, 1e-12))([x, m, dx], [2, 2]);
    expectClose(along, tensor([0, 0, 0, 0], [2, 2]), 1e-4);
  });
});

describe("activations", () => {
  test.each(ACTIVATIONS)("%s: the slope is that of the function, on every tier", (f) => {
    const corners = [-6.5, -3.5, -3, -2, -0.5, 0.25, 0.5, 2.5, 3, 3.5, 5.9, 6.5];
    const x = tensor(corners);
    const dy = tensor(corners.map((_, i) => i - 4));
    const h = 1e-4;
    const expected = corners.map((v, i) => ((activate(f, v + h) - activate(f, v - h)) / (2 * h)) * (i - 4));
    const isCorner = (v: number) => Math.abs(v) === 3;
    for (const tier of [naive, ...FAST]) {
      const dx = tier.run((k) => k.elementwise(x.shape, { op: "activation", activation: f }))([x, dy], x.shape);
      dx.data.forEach((value, i) => {
        if (!isCorner(corners[i])) expect(value, `${tier.name} at ${corners[i]}`).toBeCloseTo(expected[i], 3);
      });
    }
  });

  test("at a corner the slope is that of the flat side, at NaN the gradient passes", () => {
    const x = tensor([0, 6, Number.NaN, -1, 7]);
    const dy = tensor([1, 2, 3, 4, 5]);
    for (const tier of [naive, ...FAST]) {
      const slope = (f: "relu" | "relu6") => [
        ...tier.run((k) => k.elementwise([5], { op: "activation", activation: f }))([x, dy], [5]).data,
      ];
      expect(slope("relu"), tier.name).toEqual([0, 2, 3, 0, 5]);
      expect(slope("relu6"), tier.name).toEqual([0, 0, 3, 0, 0]);
    }
  });
});

describe("pooling", () => {
  test.each([
    { windowDimensions: [3, 2], strides: [2, 1], padding: [1, 1, 0, 1] },
    { windowDimensions: [9, 3], strides: [5, 2], padding: [1, 1, 0, 0], rounding: "ceil" }, // larger than the image
  ] as const)("average: ⟨dy, y⟩ = ⟨dx, x⟩, with padding that counts and that does not: %j", (options) => {
    for (const countIncludePad of [false, true]) {
      const x = integers([2, 5, 6, 3], 1);
      const y = averagePool2d(x, { ...options, countIncludePad, backend: "naive" });
      const dy = integers(y.shape, 2);
      const g = pool2dGeometry("averagePool2d", x.shape, options);
      for (const tier of [naive, ...FAST]) {
        const dx = tier.run((k) => k.averagePool2d(g, countIncludePad))([dy], x.shape);
        expect(dot(dx, x), tier.name).toBeCloseTo(dot(dy, y), 3);
      }
    }
  });

  test.each([4, 6, 7])("global average of %i channels: every pixel gets dy / (H·W)", (C) => {
    const g = pool2dGeometry("globalAveragePool2d", [3, 4, 2, C]);
    const dy = integers([3, 1, 1, C], 3);
    for (const tier of [naive, ...FAST]) {
      const dx = tier.run((k) => k.averagePool2d(g, false))([dy], [3, 4, 2, C]);
      expect(dx.toArray(), tier.name).toEqual(
        Array.from({ length: 3 }, (_, n) =>
          Array.from({ length: 4 }, () =>
            Array.from({ length: 2 }, () => Array.from({ length: C }, (_, c) => dy.at(n, 0, 0, c) / 8)),
          ),
        ),
      );
    }
  });

  test("maximum: the first largest pixel gets all of it, NaN before all others", () => {
    const x = tensor([1, 5, 5, 2, Number.NaN, 9], [1, 1, 6, 1]);
    const g = pool2dGeometry("maxPool2d", x.shape, { windowDimensions: [1, 3], strides: [1, 3] });
    const dy = tensor([10, 20], [1, 1, 2, 1]);
    for (const tier of [naive, ...FAST]) {
      const dx = tier.run((k) => k.maxPool2d(g))([x, dy], x.shape);
      expect([...dx.data], tier.name).toEqual([0, 10, 0, 0, 20, 0]);
    }
  });

  test("maximum of a window larger than the image", () => {
    const g = pool2dGeometry("maxPool2d", [1, 2, 2, 1], { windowDimensions: 3, strides: 2, rounding: "ceil" });
    for (const tier of [naive, ...FAST]) {
      const dx = tier.run((k) => k.maxPool2d(g))(
        [tensor([1, 4, 3, 2], [1, 2, 2, 1]), tensor([7], [1, 1, 1, 1])],
        [1, 2, 2, 1],
      );
      expect([...dx.data], tier.name).toEqual([0, 7, 0, 0]);
    }
  });
});
