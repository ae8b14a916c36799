/** Winograd's matrices, derived by Cook and Toom's method in exact fractions, and what takes them. */
import { describe, expect, test } from "vitest";
import { conv2dGeometry } from "../../src/geometry/conv2d.ts";
import { tilesOf, transformed, winogradMisfit, winogradOf } from "../../src/geometry/winograd.ts";

/** An exact fraction. */
class Fraction {
  readonly n: bigint;
  readonly d: bigint;
  constructor(n: bigint, d: bigint = 1n) {
    const sign = d < 0n ? -1n : 1n;
    const divisor = gcd(n < 0n ? -n : n, d < 0n ? -d : d) || 1n;
    this.n = (sign * n) / divisor;
    this.d = (sign * d) / divisor;
  }
  times(x: Fraction): Fraction {
    return new Fraction(this.n * x.n, this.d * x.d);
  }
  over(x: Fraction): Fraction {
    return new Fraction(this.n * x.d, this.d * x.n);
  }
  plus(x: Fraction): Fraction {
    return new Fraction(this.n * x.d + x.n * this.d, this.d * x.d);
  }
  get isZero(): boolean {
    return this.n === 0n;
  }
  get value(): number {
    return Number(this.n) / Number(this.d);
  }
}
function gcd(a: bigint, b: bigint): bigint {
  return b === 0n ? a : gcd(b, a % b);
}
type Matrix = readonly (readonly Fraction[])[];
const [ZERO, ONE] = [new Fraction(0n), new Fraction(1n)];

/** Rows of powers of each point, and of ∞ the highest coefficient. */
const vandermonde = (points: readonly bigint[], columns: number): Matrix => [
  ...points.map((point) => Array.from({ length: columns }, (_, k) => new Fraction(point ** BigInt(k)))),
  Array.from({ length: columns }, (_, k) => (k === columns - 1 ? ONE : ZERO)),
];

/** By Gauss and Jordan. */
function inverse(matrix: Matrix): Matrix {
  const n = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...Array.from({ length: n }, (_, j) => (i === j ? ONE : ZERO))]);
  for (let i = 0; i < n; i++) {
    const pivot = rows.findIndex((row, at) => at >= i && !row[i].isZero);
    [rows[i], rows[pivot]] = [rows[pivot], rows[i]];
    const [divisor] = rows[i].slice(i);
    rows[i] = rows[i].map((x) => x.over(divisor));
    for (let j = 0; j < n; j++) {
      const factor = new Fraction(-1n).times(rows[j][i]);
      if (j !== i) rows[j] = rows[j].map((x, k) => x.plus(factor.times(rows[i][k])));
    }
  }
  return rows.map((row) => row.slice(n));
}

/**
 * The product of polynomials of r and m coefficients is V⁻¹ [ (V g) ⊙ (V h) ]; turned round it is m outputs of a kernel
 * of r taps: Aᵀ = Vᵀ, G = V, Bᵀ = V⁻ᵀ, with the columns that each factor has.
 */
function cookToom(m: number, r: number, points: readonly bigint[]) {
  const n = m + r - 1;
  expect(points).toHaveLength(n - 1); // and ∞
  const back = inverse(vandermonde(points, n));
  return {
    A: vandermonde(points, m), // Aᵀ by columns
    G: vandermonde(points, r),
    Bt: Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => back[j][i])),
  };
}

describe.each([
  [2, "winograd2", [0n, 1n, -1n]],
  [4, "winograd4", [0n, 1n, -1n, 2n, -2n]],
] as const)("F(%d, 3)", (m, algorithm, points) => {
  const derived = cookToom(m, 3, points);
  const { G, Bt, At } = winogradOf(algorithm);

  test("is Cook and Toom's, each point scaled by factors whose product is 1", () => {
    for (let p = 0; p < m + 2; p++) {
      const factorOf = (own: readonly number[], row: readonly Fraction[]): number => {
        const at = row.findIndex((x) => !x.isZero);
        const factor = own[at] / row[at].value;
        own.forEach((x, i) => void expect(x).toBeCloseTo(factor * row[i].value, 14));
        return factor;
      };
      const factors = [
        factorOf(
          At.map((row) => row[p]),
          derived.A[p],
        ),
        factorOf(G[p], derived.G[p]),
        factorOf(Bt[p], derived.Bt[p]),
      ];
      expect(factors.reduce((product, factor) => product * factor)).toBeCloseTo(1, 14);
    }
  });

  test("gives m outputs of every kernel from every pixel, in two dimensions too", () => {
    for (let k = 0; k < 3; k++) {
      for (let i = 0; i < m + 2; i++) {
        for (let out = 0; out < m; out++) {
          let y = 0;
          for (let p = 0; p < m + 2; p++) y += At[out][p] * G[p][k] * Bt[p][i];
          expect(y).toBeCloseTo(out + k === i ? 1 : 0, 14);
        }
      }
    }
    const size = m + 2;
    const g = Float64Array.from({ length: 9 }, (_, i) => (7 * i) % 5);
    const d = Float64Array.from({ length: size ** 2 }, (_, i) => ((11 * i) % 7) - 3);
    const [U, V] = [transformed(G, g), transformed(Bt, d)];
    const Y = transformed(
      At,
      U.map((u, p) => u * V[p]),
    );
    for (let i = 0; i < m * m; i++) {
      let sum = 0;
      for (let k = 0; k < 9; k++) {
        sum += g[k] * d[(Math.floor(i / m) + Math.floor(k / 3)) * size + (i % m) + (k % 3)];
      }
      expect(Y[i]).toBeCloseTo(sum, 12);
    }
  });
});

test("F(2, 3) by hand: four products for two outputs", () => {
  const { G, Bt, At } = winogradOf("winograd2");
  const [d, g] = [
    [1, 2, 3, 4],
    [1, 1, 1],
  ];
  const products = G.map((row, p) => {
    const [u, v] = [g.reduce((sum, x, k) => sum + x * row[k], 0), d.reduce((sum, x, k) => sum + x * Bt[p][k], 0)];
    return u * v;
  });
  expect(products).toEqual([-2, 7.5, 0.5, -2]);
  expect(At.map((row) => row.reduce((sum, x, p) => sum + x * products[p], 0))).toEqual([6, 9]);
});

test("takes 3×3 kernels of stride 1, without dilations and groups; tiles cover the output", () => {
  const of = (filter: number[], options: object): ReturnType<typeof conv2dGeometry> =>
    conv2dGeometry([2, 9, 14, 4], filter, options, "conv2d");
  const plain = of([3, 3, 4, 6], { padding: "same" });
  expect(winogradMisfit(plain)).toBeNull();
  expect(tilesOf(plain, winogradOf("winograd4"))).toEqual({ TH: 3, TW: 4, T: 24 });
  expect(tilesOf(plain, winogradOf("winograd2"))).toEqual({ TH: 5, TW: 7, T: 70 });
  expect(winogradMisfit(of([5, 3, 4, 6], {}))).toBe("a kernel of 5×3, needs 3×3");
  expect(winogradMisfit(of([3, 3, 4, 6], { strides: [1, 2] }))).toBe("strides 1×2, needs 1");
  expect(winogradMisfit(of([3, 3, 4, 6], { dilations: 2 }))).toBe("dilations 2×2, needs 1");
  expect(winogradMisfit(of([3, 3, 2, 6], { groups: 2 }))).toBe("2 groups, needs 1");
});
