/** Reductions as emitted code have the bits of the naive tier: both sum in float64, in order. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { REDUCTIONS, reducedShape } from "../../../src/geometry/reduction.ts";
import { random, randomTensor, type Tensor } from "../../../src/index.ts";
import { simdKernels } from "../../../src/kernels/simd.ts";
import type { Shape } from "../../../src/tensor/shape.ts";
import { expectSame } from "../../support/emitted.ts";
import { settings } from "../../support/geometries.ts";

const shapes = fc.array(fc.integer({ min: 1, max: 13 }), { minLength: 1, maxLength: 4 });
/** First and last of the reduced axes, as parts of the rank. */
const part = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });

/** Few different values, so that there are ties, and where it says so NaN among them. */
const fill =
  (withNaN: boolean) =>
  (shape: Shape, seed: number): Tensor => {
    const source = random(seed);
    return randomTensor(shape, source, () =>
      withNaN && source.integer(20) === 0 ? Number.NaN : source.integer(7) - 3.5,
    );
  };

test.each(REDUCTIONS)("%s", (f) => {
  fc.assert(
    fc.property(shapes, part, part, (shape, a, b) => {
      const [first, last] = [a, b].map((share) => Math.floor(share * shape.length)).sort((i, j) => i - j);
      const axes = Array.from({ length: last - first + 1 }, (_, i) => first + i);
      const kept = reducedShape(shape, axes, true);
      expect(simdKernels("exact").reduce(f, shape, axes).kind).toBe("emitted");
      expectSame([shape], kept, (kernels) => kernels.reduce(f, shape, axes));
      expectSame([shape], kept, (kernels) => kernels.reduce(f, shape, axes), fill(false));
    }),
    settings(100),
  );
});

test("argMax: the first of equals, and the first NaN before anything", () => {
  fc.assert(
    fc.property(shapes, part, fc.boolean(), (shape, share, withNaN) => {
      const axis = Math.floor(share * shape.length);
      const output = reducedShape(shape, [axis], true);
      expectSame([shape], output, (kernels) => kernels.argMax(shape, axis), fill(withNaN));
    }),
    settings(200),
  );
});

test("axes apart from one another are left to the naive tier", () => {
  expect(simdKernels("exact").reduce("reduceSum", [2, 3, 4], [0, 2]).kind).toBe("host");
  expect(simdKernels("exact").reduce("reduceSum", [2, 1, 4], [0, 2]).kind).toBe("emitted");
});
