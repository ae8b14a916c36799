/** Copies and interpolation as emitted code give what the naive tier gives, however the work is cut. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Picks, pickedShape } from "../../../src/geometry/picks.ts";
import { type Coordinates, resampledPixels, resampling } from "../../../src/geometry/resample2d.ts";
import { random } from "../../../src/index.ts";
import type { Shape } from "../../../src/tensor/shape.ts";
import { expectSame, results } from "../../support/emitted.ts";
import { integers, settings } from "../../support/geometries.ts";

/** Axes of one element, of a few, and some longer than a vector's block or a line's part. */
const extent = fc.oneof(fc.constant(1), fc.integer({ min: 2, max: 9 }), fc.integer({ min: 10, max: 40 }));
const shapes = fc
  .array(extent, { minLength: 1, maxLength: 5 })
  .filter((shape) => shape.reduce((size, one) => size * one, 1) < 20_000);
const seeds = fc.nat(1e9);

describe("emitted copies", () => {
  const property = (name: string, check: (shape: Shape, choose: (below: number) => number) => void): void => {
    test(name, () => {
      const one = fc.property(shapes, seeds, (shape, seed) => {
        const source = random(seed);
        check(shape, (below) => source.integer(below));
      });
      fc.assert(one, settings(150));
    });
  };

  property("transpose", (shape, choose) => {
    const rest = [...shape.keys()];
    const permutation = shape.map(() => rest.splice(choose(rest.length), 1)[0]);
    const outputShape = permutation.map((axis) => shape[axis]);
    expectSame([shape], outputShape, (kernels) => kernels.transpose(shape, permutation));
  });

  property("concat", (shape, choose) => {
    const axis = choose(shape.length);
    const inputs = Array.from({ length: 1 + choose(4) }, () => shape.with(axis, 1 + choose(20)));
    const sum = inputs.reduce((total, input) => total + input[axis], 0);
    expectSame(inputs, shape.with(axis, sum), (kernels) => kernels.concat(inputs, axis));
  });

  const picked = (name: string, indicesOf: (extent: number, choose: (below: number) => number) => Picks[number]) =>
    property(name, (shape, choose) => {
      const picks = shape.map((one) => (choose(3) === 0 ? null : indicesOf(one, choose)));
      expectSame([shape], pickedShape(shape, picks), (kernels) => kernels.pick(shape, picks));
    });

  picked("slices with any steps, stretched axes among them", (one, choose) => {
    const [start, step] = [choose(one), choose(4)];
    const max = step === 0 ? 6 : Math.floor((one - 1 - start) / step) + 1;
    return Array.from({ length: 1 + choose(max) }, (_, i) => start + i * step);
  });

  picked("indices in no order", (one, choose) => Array.from({ length: 1 + choose(8) }, () => choose(one)));

  test.each([
    ["images with channels first to last", [1, 3, 61, 67], [0, 2, 3, 1]],
    ["and back", [1, 61, 67, 3], [0, 3, 1, 2]],
    ["a shuffle of two groups", [7, 5, 2, 29], [0, 1, 3, 2]],
    ["heads of attention", [2, 49, 4, 16], [0, 2, 1, 3]],
    ["nothing", [5000], [0]],
  ])("%s", (_, shape, permutation) => {
    const outputShape = permutation.map((axis) => shape[axis]);
    expectSame([shape], outputShape, (kernels) => kernels.transpose(shape, permutation));
  });
});

test("emitted interpolation is within a few roundings of the naive tier's", () => {
  const sizes = fc.tuple(...[3, 9, 9, 23, 20, 20].map((max) => fc.integer({ min: 1, max })));
  const coordinates = fc.constantFrom<Coordinates>("half-pixel", "pytorch-half-pixel", "align-corners", "asymmetric");
  fc.assert(
    fc.property(sizes, coordinates, ([N, H, W, C, OH, OW], rule) => {
      const how = { sizes: [OH, OW], mode: "linear", coordinates: rule } as const;
      const { mode, rows, columns } = resampledPixels(resampling("test", [H, W], how));
      if (mode !== "linear") throw new Error(mode);
      const shape = [N, H, W, C];
      const { expected, actual } = results(
        [shape],
        [N, OH, OW, C],
        (kernels) => kernels.interpolate2d(shape, rows, columns),
        integers,
      );
      for (const one of actual) {
        expect(one).toEqual(actual[0]);
        // Values up to 10. Each of two steps rounds a share, a product and a sum; each rounding is off by 2^-24.
        for (let i = 0; i < one.length; i++) expect(Math.abs(one[i] - expected[i])).toBeLessThanOrEqual(60 * 2 ** -24);
      }
    }),
    settings(150),
  );
});
