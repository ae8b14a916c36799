/**
 * @file The cost of a convolution under each algorithm: multiplications and additions, for all images of a geometry.
 *
 *   direct, im2col   N·OH·OW·O·C/G·KH·KW of each; im2col first writes KH·KW·C numbers for each output pixel
 *   winograd         P·T·C·O of each for the products, P = (m + 2)² positions of T tiles; plus the transforms:
 *                    of pixels for each tile and channel, of sums for each tile and output, of filters once
 *   fft              a real n × n transform for each tile and channel, an inverse one for each tile and output;
 *                    complex products; tiles overlap by KH - 1 and KW - 1; the n with the fewest multiplications
 *
 * A transform L X Lᵀ applies L to each column, then to each row of the result. Applying L takes a multiplication for
 * each entry that is neither 0 nor ±1, and for each row one addition fewer than it has nonzero entries.
 *
 * A real transform of length n takes (n/2)(log₂n - 3) + 2 multiplications and (n/2)(3 log₂n - 5) + 4 additions, a
 * complex one n(log₂n - 3) + 4 and 3n(log₂n - 1) + 4. Source: H. Sorensen, D. Jones, M. Heideman, C. Burrus,
 * "Real-valued fast Fourier transform algorithms" (1987), split radix. It is only counted here, not implemented.
 */
import { oneOf } from "../tensor/errors.ts";
import { checkGeometry } from "./checkGeometry.ts";
import { type Conv2dGeometry, conv2dMacs } from "./conv2d.ts";
import { type ConvAlgorithm, tilesOf, type Winograd, winogradMisfit, winogradOf } from "./winograd.ts";

/** Algorithms that are counted. */
export const COUNTED_ALGORITHMS = ["direct", "im2col", "winograd2", "winograd4", "fft"] as const;
/** An algorithm whose cost is counted; the FFT is not implemented. */
export type CountedAlgorithm = (typeof COUNTED_ALGORITHMS)[number];

/** Numbers of scalar operations. */
export interface Operations {
  readonly multiplications: number;
  readonly additions: number;
}

/** The cost of a convolution under one algorithm. */
export interface AlgorithmCost {
  /** Products of pixels and weights, transformed or not. */
  readonly products: Operations;
  /** Transforms of pixels and of sums. */
  readonly transforms: Operations;
  /** Transforms of filters, done once for any number of images. */
  readonly once: Operations;
  /** Numbers stored for the filter. */
  readonly filterElements: number;
  /** Numbers written and read besides input and output. */
  readonly scratchElements: number;
}

const NOTHING: Operations = { multiplications: 0, additions: 0 };

/**
 * The cost of a convolution under an algorithm, for all images of its geometry.
 *
 * @returns null if the algorithm does not support the convolution
 * @throws ShapeError for an unknown algorithm, or a geometry that does not come from `conv2dGeometry`
 *
 * @example
 * const g = conv2dGeometry([1, 14, 14, 512], [3, 3, 512, 512], { padding: "same" });
 * algorithmCost(g, "direct").products.multiplications; // 462422016
 * algorithmCost(g, "winograd4").products.multiplications; // 150994944
 */
export function algorithmCost(geometry: Conv2dGeometry, algorithm: CountedAlgorithm): AlgorithmCost | null {
  const g = checkGeometry("algorithmCost", geometry);
  oneOf("algorithmCost", "algorithm", algorithm, COUNTED_ALGORITHMS);
  if (algorithm === "fft") return fftCost(g);
  if (algorithm !== "direct" && algorithm !== "im2col") {
    return winogradMisfit(g) === null ? winogradCost(g, winogradOf(algorithm)) : null;
  }
  const macs = conv2dMacs(g);
  const { N, C, OH, OW, O, KH, KW, G } = g;
  return {
    products: { multiplications: macs, additions: macs },
    transforms: NOTHING,
    once: NOTHING,
    filterElements: (KH * KW * C * O) / G,
    scratchElements: algorithm === "im2col" ? N * OH * OW * KH * KW * C : 0,
  };
}

/** The algorithm with the fewest operations for each image; "direct" if no other supports the convolution. */
export function fewestOperations(g: Conv2dGeometry): ConvAlgorithm {
  const algorithms: readonly ConvAlgorithm[] = ["direct", "winograd2", "winograd4"];
  const operations = algorithms.map((algorithm) => {
    const cost = algorithmCost(g, algorithm);
    return cost === null ? Number.POSITIVE_INFINITY : totalOf(cost.products) + totalOf(cost.transforms);
  });
  return algorithms[operations.indexOf(Math.min(...operations))];
}

function totalOf({ multiplications, additions }: Operations): number {
  return multiplications + additions;
}

function times({ multiplications, additions }: Operations, count: number): Operations {
  return { multiplications: multiplications * count, additions: additions * count };
}

function plus(a: Operations, b: Operations): Operations {
  return { multiplications: a.multiplications + b.multiplications, additions: a.additions + b.additions };
}

function winogradCost(g: Conv2dGeometry, winograd: Winograd): AlgorithmCost {
  const { C, O } = g;
  const { T } = tilesOf(g, winograd);
  const P = (winograd.m + 2) ** 2;
  const products = P * T * C * O;
  return {
    products: { multiplications: products, additions: products },
    transforms: plus(times(transform(winograd.Bt), T * C), times(transform(winograd.At), T * O)),
    once: times(transform(winograd.G), C * O),
    filterElements: P * C * O,
    scratchElements: P * T * (C + O),
  };
}

/** L X Lᵀ: L on every column of X, then on every row of L X. */
function transform(L: Winograd["G"]): Operations {
  const entries = L.flat();
  const once = {
    multiplications: entries.filter((entry) => entry !== 0 && Math.abs(entry) !== 1).length,
    additions: entries.filter((entry) => entry !== 0).length - L.length,
  };
  return times(once, L[0].length + L.length);
}

const SIZES = [8, 16, 32, 64] as const;

function fftCost(g: Conv2dGeometry): AlgorithmCost | null {
  const { N, C, OH, OW, O, KH, KW, strideH, strideW, dilationH, dilationW, G } = g;
  if (strideH * strideW * dilationH * dilationW * G !== 1) return null;
  const costs = SIZES.filter((n) => n > Math.max(KH, KW)).map((n): AlgorithmCost => {
    const T = N * Math.ceil(OH / (n - KH + 1)) * Math.ceil(OW / (n - KW + 1));
    const one = realTransform2d(n);
    // Of the n² values of a real transform, 4 are real; the rest are conjugate pairs, (n² - 4) / 2 complex numbers.
    const pairs = (n * n - 4) / 2;
    const perProduct = { multiplications: 4 * pairs + 4, additions: 4 * pairs + 4 };
    return {
      products: times(perProduct, T * C * O),
      transforms: times(one, T * (C + O)),
      once: times(one, C * O),
      filterElements: n * n * C * O,
      scratchElements: n * n * T * (C + O),
    };
  });
  const multiplications = ({ products, transforms }: AlgorithmCost): number =>
    products.multiplications + transforms.multiplications;
  return costs.reduce<AlgorithmCost | null>(
    (best, cost) => (best === null || multiplications(cost) < multiplications(best) ? cost : best),
    null,
  );
}

/** n real rows, then columns: two are real, and the others are pairs of complex conjugates. */
function realTransform2d(n: number): Operations {
  const log = Math.log2(n);
  const real = { multiplications: (n / 2) * (log - 3) + 2, additions: (n / 2) * (3 * log - 5) + 4 };
  const complex = { multiplications: n * (log - 3) + 4, additions: 3 * n * (log - 1) + 4 };
  return plus(times(real, n + 2), times(complex, n / 2 - 1));
}
