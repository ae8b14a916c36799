/** Operations of every algorithm, counted once more: by loops that count, and by the recurrences of the split radix. */
import { describe, expect, test } from "vitest";
import { countAlgorithms } from "../../src/analysis/algorithms.ts";
import { fewestOperations } from "../../src/geometry/algorithmCost.ts";
import { winogradOf } from "../../src/geometry/winograd.ts";
import { algorithmCost, conv2dGeometry, mobilenetV1, withAlgorithm } from "../../src/index.ts";

const of = (H: number, W: number, C: number, O: number, options: object = {}) =>
  conv2dGeometry([1, H, W, C], [3, 3, C, O], { padding: "same", ...options }, "conv2d");

/** Counts what a loop over L X Lᵀ multiplies and adds, leaving out products with 0 and ±1. */
function transformCount(L: readonly (readonly number[])[]): [multiplications: number, additions: number] {
  let [multiplications, additions] = [0, 0];
  const apply = (rows: number): void => {
    for (let r = 0; r < rows; r++) {
      for (const row of L) {
        let terms = 0;
        for (const entry of row) {
          if (entry === 0) continue;
          if (entry !== 1 && entry !== -1) multiplications++;
          if (terms++ > 0) additions++;
        }
      }
    }
  };
  apply(L[0].length); // columns of X
  apply(L.length); // rows of L X
  return [multiplications, additions];
}

describe.each([
  [14, 14, 512, 512],
  [9, 7, 3, 5],
  [1, 1, 4, 4],
])("%d×%d×%d → %d", (H, W, C, O) => {
  const g = of(H, W, C, O);
  const macs = H * W * 9 * C * O;

  test("direct and im2col: every product once", () => {
    for (const algorithm of ["direct", "im2col"] as const) {
      const cost = algorithmCost(g, algorithm);
      expect(cost?.products).toEqual({ multiplications: macs, additions: macs });
      expect(cost?.filterElements).toBe(9 * C * O);
      expect(cost?.scratchElements).toBe(algorithm === "direct" ? 0 : H * W * 9 * C);
    }
  });

  test.each([
    ["winograd2", 2],
    ["winograd4", 4],
  ] as const)("%s", (algorithm, m) => {
    const cost = algorithmCost(g, algorithm);
    const { G, Bt, At } = winogradOf(algorithm);
    let tiles = 0;
    for (let i = 0; i < H; i += m) for (let j = 0; j < W; j += m) tiles++;
    let products = 0;
    for (let p = 0; p < (m + 2) * (m + 2); p++) products += tiles * C * O;
    expect(cost?.products).toEqual({ multiplications: products, additions: products });
    const [input, output, filter] = [Bt, At, G].map(transformCount);
    expect(cost?.transforms.multiplications).toBe(tiles * (C * input[0] + O * output[0]));
    expect(cost?.transforms.additions).toBe(tiles * (C * input[1] + O * output[1]));
    expect(cost?.once).toEqual({ multiplications: C * O * filter[0], additions: C * O * filter[1] });
    expect(cost?.filterElements).toBe((m + 2) ** 2 * C * O);
    expect(cost?.scratchElements).toBe((m + 2) ** 2 * tiles * (C + O));
  });

  test("fft: by the split radix's recurrences, the tile that multiplies least", () => {
    const M = (n: number): number => (n <= 4 ? 0 : M(n / 2) + 2 * M(n / 4) + 1.5 * n - 8);
    const A = (n: number): number => (n === 2 ? 4 : n === 4 ? 16 : A(n / 2) + 2 * A(n / 4) + 4.5 * n - 8);
    const costs = [8, 16, 32, 64].map((n) => {
      const tiles = Math.ceil(H / (n - 2)) * Math.ceil(W / (n - 2));
      const complex = n / 2 - 1;
      const transform = [(n + 2) * (M(n) / 2) + complex * M(n), (n + 2) * (A(n) / 2 - (n - 2)) + complex * A(n)];
      const each = 4 * ((n * n - 4) / 2) + 4;
      return { n, products: tiles * C * O * each, transforms: transform.map((count) => count * tiles * (C + O)) };
    });
    const [least] = costs.sort((a, b) => a.products + a.transforms[0] - (b.products + b.transforms[0]));
    const cost = algorithmCost(g, "fft");
    expect(cost?.products.multiplications).toBe(least.products);
    expect(cost?.transforms).toEqual({ multiplications: least.transforms[0], additions: least.transforms[1] });
    expect(cost?.filterElements).toBe(least.n ** 2 * C * O);
  });
});

test("what is promised: 2.25 and 4 where tiles fit, 2.25 and 3.06 at 14×14", () => {
  const ratio = (size: number, algorithm: "winograd2" | "winograd4"): number => {
    const g = of(size, size, 512, 512);
    return (9 * size * size * 512 * 512) / (algorithmCost(g, algorithm)?.products.multiplications ?? 0);
  };
  expect([ratio(16, "winograd2"), ratio(16, "winograd4")]).toEqual([2.25, 4]);
  expect(ratio(14, "winograd2")).toBe(2.25);
  expect(ratio(14, "winograd4")).toBeCloseTo(3.0625, 10);
  const { filterElements } = algorithmCost(of(14, 14, 512, 512), "winograd4") as { filterElements: number };
  expect((4 * filterElements) / 1e6).toBeCloseTo(37.7, 1);
});

test("a depthwise layer gains nothing: 18 operations an output directly and by F(2×2, 3×3), 36 by F(4×4, 3×3)", () => {
  const [two, four] = (["winograd2", "winograd4"] as const).map((algorithm) => {
    const { m, Bt, At } = winogradOf(algorithm);
    const operations = [transformCount(Bt), transformCount(At)].flat().reduce((sum, count) => sum + count);
    return (operations + (m + 2) ** 2) / m ** 2; // the filter is transformed once; nothing is summed over channels
  });
  expect([9 + 9 - 1, two]).toEqual([17, 18]); // nine products and the sums between them; a bias makes it 18
  expect(four).toBeCloseTo(35.75, 10);
});

test("what no algorithm but the direct one takes", () => {
  for (const options of [{ strides: 2 }, { dilations: 2 }]) {
    const g = of(14, 14, 8, 8, options);
    expect(["winograd2", "winograd4", "fft"].map((name) => algorithmCost(g, name as "fft"))).toEqual([
      null,
      null,
      null,
    ]);
    expect(fewestOperations(g)).toBe("direct");
  }
  expect(fewestOperations(of(14, 14, 512, 512))).toBe("winograd4");
  expect(fewestOperations(of(14, 14, 1, 1))).toBe("direct"); // transforms cost more than they save
});

test("the twin of MobileNetV1: nine of its fourteen convolutions, 2.29 times fewer products over the 13 blocks", () => {
  const twin = mobilenetV1({ convolution: "standard" });
  const counts = countAlgorithms(twin);
  expect(counts.map(({ algorithm, taken }) => [algorithm, taken])).toEqual([
    ["direct", 14],
    ["im2col", 14],
    ["winograd2", 9],
    ["winograd4", 9],
    ["fft", 9],
  ]);
  const blocks = (graph: typeof twin): number =>
    countAlgorithms(graph)[0]
      .layers.slice(1)
      .reduce((sum, { cost }) => sum + (cost?.products.multiplications ?? 0), 0);
  const best = withAlgorithm(twin, "best");
  const products = best.nodes.flatMap((node) => {
    if (node.op !== "conv2d" || node.name === "conv1") return [];
    return [algorithmCost(node.geometry, node.algorithm ?? "direct")?.products.multiplications ?? 0];
  });
  expect(blocks(twin) / products.reduce((sum, one) => sum + one)).toBeCloseTo(2.29, 2);
});
