/** Products of two values as emitted code: whole numbers, so that sums are exact and the last bit counts. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { matmulShape } from "../../../src/geometry/matmul.ts";
import { simdKernels } from "../../../src/kernels/simd.ts";
import { expectSame } from "../../support/emitted.ts";
import { integers, settings } from "../../support/geometries.ts";

const extent = fc.integer({ min: 1, max: 37 });
/** Axes before the matrices, of both, and which of them are 1 in one. */
const outer = fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.constantFrom("both", "a", "b")), { maxLength: 3 });

test("any sizes, with axes before that broadcast", () => {
  fc.assert(
    fc.property(outer, fc.nat(3), extent, extent, extent, (before, shorter, M, K, N) => {
      const a = [...before.map(([one, who]) => (who === "b" ? 1 : one)), M, K];
      const b = [...before.map(([one, who]) => (who === "a" ? 1 : one)).slice(shorter), K, N];
      const output = matmulShape("test", a, b);
      expectSame([a, b], output, (kernels) => kernels.matmul(a, b, output), integers);
    }),
    settings(150),
  );
});

test("it is emitted, in units of some rows", () => {
  const kernel = simdKernels("exact").matmul([3, 4, 33, 5], [3, 4, 5, 6], [3, 4, 33, 6]);
  expect(kernel).toMatchObject({ kind: "emitted", launches: [{ units: 3 * 4 * 3 }] });
});
