/** Slices of k: together they are all of it, none is empty, and none is longer than the cache holds. */
import { expect, test } from "vitest";
import { dense, Tensor, tensor } from "../../../src/index.ts";
import { KC_BYTES, type Product, slicesOf } from "../../../src/kernels/simd/blocking.ts";
import { sizesFor } from "../../../src/kernels/simd/engines.ts";
import { floatPanel, panelsFor } from "../../../src/kernels/simd/panels.ts";
import { simdKernels } from "../../../src/kernels/simd.ts";
import { eager } from "../../../src/runtime/eager.ts";

/** Lengths around a whole number of slices of 341 and 1024 k, and one that a third of a k more would miss. */
const LENGTHS = [1, 2, 340, 341, 342, 682, 683, 1023, 1024, 1025, 5000, 116_964];

test.each([1, 2, 3, 4])("of panels of %i vectors", (vectors) => {
  const KC = Math.floor(KC_BYTES / (16 * vectors));
  for (const K of LENGTHS) {
    const widths = panelsFor(4 * vectors, vectors, floatPanel(K));
    const p: Product = { K, N: 4 * vectors, widths, activation: "none", precision: "exact", accumulators: [8, 8] };
    const starts = slicesOf(p, widths[0], KC).map(({ pc }) => pc);
    const lengths = starts.map((pc, i) => (starts[i + 1] ?? K) - pc);
    expect(starts[0]).toBe(0);
    expect(Math.min(...lengths), `K = ${K}`).toBeGreaterThan(0);
    expect(Math.max(...lengths), `K = ${K}`).toBeLessThanOrEqual(KC);
  }
});

test("a long sum over a panel of three vectors", () => {
  const [M, K, N] = [65, 116_964, 12];
  const x = Tensor.zeros([M, K]);
  const w = Tensor.zeros([K, N]);
  x.data.forEach((_, i) => {
    x.data[i] = (i % 3) - 1;
  });
  w.data.forEach((_, i) => {
    w.data[i] = (i % 5) - 2;
  });
  const bias = tensor(Array.from({ length: N }, (_, n) => 100 + n));
  const y = Tensor.zeros([M, N]);
  const { dense: emitted } = eager(simdKernels("exact", sizesFor("exact", "node-24")));
  emitted({ N: M, I: K, O: N }, "none")({ filter: w, bias })([x], y);
  expect([...y.data]).toEqual([...dense(x, w, { bias, backend: "im2col" }).data]); // whole numbers: no rounding
});
