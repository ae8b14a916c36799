/**
 * @file Winograd's convolution: m × m outputs of a 3×3 kernel with (m + 2)² products instead of 9 m².
 *
 *   Y = Aᵀ [ (G g Gᵀ) ⊙ (Bᵀ d B) ] A        d: (m + 2) × (m + 2) pixels, g: 3 × 3 weights, Y: m × m outputs
 *
 * Where the matrices come from, along one axis (A. Toom 1963, S. Cook 1966): the outputs y[i] = Σ g[k] · d[i + k] are
 * the transpose of a product of two polynomials. A product of degree m + 1 is determined by its values at m + 2 points:
 * evaluate both factors there, multiply, and interpolate. G evaluates g at the points; Bᵀ and Aᵀ are the transposes of
 * interpolation and evaluation. The points 0, 1, -1 and ∞ yield F(2, 3); adding 2 and -2 yields F(4, 3). Each point has
 * a row. Larger points make larger entries, and these make larger errors.
 *
 * Source: A. Lavin, S. Gray, "Fast Algorithms for Convolutional Neural Networks", arXiv 1509.09308, which has the same
 * matrices. A test derives them from the points in exact fractions.
 */
import { oneOf, ShapeError } from "../tensor/errors.ts";
import type { Conv2dGeometry } from "./conv2d.ts";

/** How a convolution is computed; the first is the default. */
export const CONV_ALGORITHMS = ["direct", "winograd2", "winograd4"] as const;
/** How a convolution is computed: by its definition, or by Winograd's method with 2 × 2 or 4 × 4 outputs at a time. */
export type ConvAlgorithm = (typeof CONV_ALGORITHMS)[number];

type Matrix = readonly (readonly number[])[];

/** The matrices for m outputs along an axis. */
export interface Winograd {
  readonly m: 2 | 4;
  /** m + 2 rows of 3: the kernel at each point. */
  readonly G: Matrix;
  /** m + 2 rows of m + 2. */
  readonly Bt: Matrix;
  /** m rows of m + 2. */
  readonly At: Matrix;
}

const F2: Winograd = {
  m: 2,
  G: [
    [1, 0, 0],
    [1 / 2, 1 / 2, 1 / 2],
    [1 / 2, -1 / 2, 1 / 2],
    [0, 0, 1],
  ],
  Bt: [
    [1, 0, -1, 0],
    [0, 1, 1, 0],
    [0, -1, 1, 0],
    [0, 1, 0, -1],
  ],
  At: [
    [1, 1, 1, 0],
    [0, 1, -1, -1],
  ],
};

const F4: Winograd = {
  m: 4,
  G: [
    [1 / 4, 0, 0],
    [-1 / 6, -1 / 6, -1 / 6],
    [-1 / 6, 1 / 6, -1 / 6],
    [1 / 24, 1 / 12, 1 / 6],
    [1 / 24, -1 / 12, 1 / 6],
    [0, 0, 1],
  ],
  Bt: [
    [4, 0, -5, 0, 1, 0],
    [0, -4, -4, 1, 1, 0],
    [0, 4, -4, -1, 1, 0],
    [0, -2, -1, 2, 1, 0],
    [0, 2, -1, -2, 1, 0],
    [0, 4, 0, -5, 0, 1],
  ],
  At: [
    [1, 1, 1, 1, 1, 0],
    [0, 1, -1, 2, -2, 0],
    [0, 1, 1, 4, 4, 0],
    [0, 1, -1, 8, -8, 1],
  ],
};

/** @param algorithm any except "direct" */
export function winogradOf(algorithm: ConvAlgorithm): Winograd {
  return algorithm === "winograd2" ? F2 : F4;
}

/** Why Winograd's method does not support a convolution, in words; null if it does. */
export function winogradMisfit(g: Conv2dGeometry): string | null {
  if (g.KH !== 3 || g.KW !== 3) return `a kernel of ${g.KH}×${g.KW}, needs 3×3`;
  if (g.strideH !== 1 || g.strideW !== 1) return `strides ${g.strideH}×${g.strideW}, needs 1`;
  if (g.dilationH !== 1 || g.dilationW !== 1) return `dilations ${g.dilationH}×${g.dilationW}, needs 1`;
  return g.G === 1 ? null : `${g.G} groups, needs 1`;
}

/** @throws ShapeError for an unknown algorithm, or one that does not support the convolution */
export function checkAlgorithm(op: string, given: unknown, g: Conv2dGeometry): ConvAlgorithm {
  const algorithm = oneOf(op, "algorithm", given ?? "direct", CONV_ALGORITHMS);
  const misfit = algorithm === "direct" ? null : winogradMisfit(g);
  if (misfit === null) return algorithm;
  throw new ShapeError(`${op}: algorithm is "${algorithm}" for ${misfit}`);
}

/** Tiles of m × m outputs that cover the output; those at the end may reach beyond it. */
export interface Tiles {
  /** Tiles down and across one image, and in all images. */
  readonly TH: number;
  readonly TW: number;
  readonly T: number;
}

export function tilesOf({ N, OH, OW }: Conv2dGeometry, { m }: Winograd): Tiles {
  const [TH, TW] = [Math.ceil(OH / m), Math.ceil(OW / m)];
  return { TH, TW, T: N * TH * TW };
}

/** L · X · Lᵀ, for a square X of as many rows as L has columns; all row-major. */
export function transformed(L: Matrix, X: ArrayLike<number>): Float64Array {
  const [rows, inner] = [L.length, L[0].length];
  const left = new Float64Array(rows * inner);
  const result = new Float64Array(rows * rows);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < inner; j++) {
      for (let k = 0; k < inner; k++) left[i * inner + j] += L[i][k] * X[k * inner + j];
    }
  }
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < rows; j++) {
      for (let k = 0; k < inner; k++) result[i * rows + j] += left[i * inner + k] * L[j][k];
    }
  }
  return result;
}
