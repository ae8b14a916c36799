/** @file The sums of a convolution in float64, output by output, with the quantities that the error bounds need. */

import { random } from "../tensor/random.ts";
import { energyOf, errorOf, type Order, ordersOf } from "./orders.ts";
import { FORMATS, type NumberFormat } from "./precision.ts";
import type { Problem } from "./problem.ts";

/** Each array is [N, OH, OW, O]. */
export interface Sums {
  /** Bias plus products, before the activation. */
  readonly sums: Float64Array;
  /** |b| + Σ |x · w|. */
  readonly magnitudes: Float64Array;
  /** The largest change of the sum by rounding the operands; 0 in float32, where they are not rounded. */
  readonly operandErrors: Float64Array;
  /** √(Σ (x · w)²). */
  readonly norms: Float64Array;
  /**
   * u · √(Σ s_k² + Σ (x · w)²) in the worst order, plus the operands' errors in quadrature: about two standard
   * deviations of the error.
   */
  readonly spreads: Float64Array;
  /** The largest error of a rounded sum, as a multiple of its spread, in any order of a sample of the outputs. */
  readonly observed: number;
  /** Whether an output of that sample has mostly repeated products. */
  readonly isRepetitive: boolean;
}

/** The products of one output. */
interface Terms {
  readonly products: Float64Array;
  /** The same, with every step rounded as in a kernel. */
  readonly rounded: Float64Array;
  count: number;
  operandError: number;
  /** The sum of squares of the errors that the operands cause. */
  operandSquares: number;
}

/** Approximate number of outputs that are sampled for repeated products and rounded sums. */
const SAMPLES = 64;

export function sumsOf(problem: Problem): Sums {
  const { g, bias, precision } = problem;
  const { N, C, G, O, OH, OW, KH, KW } = g;
  const [K, Cg, count] = [KH * KW * (C / G), C / G, N * OH * OW * O];
  const { round, unit } = FORMATS[precision].sums;
  const array = (): Float64Array => new Float64Array(count);
  const [sums, magnitudes, operandErrors, norms, spreads] = [array(), array(), array(), array(), array()];
  const terms: Terms = {
    products: new Float64Array(K),
    rounded: new Float64Array(K),
    count: 0,
    operandError: 0,
    operandSquares: 0,
  };
  const ordersByTaps: (readonly Order[])[] = [];
  const samples = random(1);
  let nextSample = 0;
  let [observed, isRepetitive] = [0, false];
  for (let y = 0; y < count; y++) {
    const o = y % O;
    const pixel = (y - o) / O;
    const isSample = y >= nextSample;
    gather(problem, Math.floor(pixel / (OH * OW)), Math.floor(pixel / OW) % OH, pixel % OW, o, isSample, terms);
    const b = bias === null ? 0 : bias[o];
    let sum = b;
    let magnitude = Math.abs(b);
    let squares = 0;
    let energy = 0;
    for (let k = 0; k < terms.count; k++) {
      const product = terms.products[k];
      sum += product;
      magnitude += Math.abs(product);
      squares += product * product;
    }
    const taps = terms.count / Cg;
    ordersByTaps[taps] ??= ordersOf(taps, Cg);
    for (const order of ordersByTaps[taps]) energy = Math.max(energy, energyOf(order, terms.products, terms.count, b));
    sums[y] = sum;
    magnitudes[y] = magnitude;
    operandErrors[y] = terms.operandError;
    norms[y] = Math.sqrt(squares);
    spreads[y] = Math.sqrt(unit * unit * (energy + squares) + terms.operandSquares);
    if (isSample && spreads[y] > 0) {
      for (const order of ordersByTaps[taps]) {
        observed = Math.max(observed, errorOf(order, terms.rounded, terms.count, b, sum, round) / spreads[y]);
      }
      isRepetitive ||= areRepetitive(terms.products.subarray(0, terms.count));
    }
    if (isSample) nextSample = y + Math.max(1, Math.floor((2 * count * samples.uniform()) / SAMPLES));
  }
  return { sums, magnitudes, operandErrors, norms, spreads, observed, isRepetitive };
}

/**
 * Writes the products of an output into `terms`: those of taps inside the image, in the order of the filter.
 *
 * @param rounds whether to write the rounded products too
 */
function gather(
  { g, x, w, precision }: Problem,
  n: number,
  oh: number,
  ow: number,
  o: number,
  rounds: boolean,
  terms: Terms,
): void {
  const { H, W, C, G, O, KH, KW } = g;
  const Cg = C / G;
  const c0 = Math.floor(o / (O / G)) * Cg;
  const { operands, sums } = FORMATS[precision];
  const { products, rounded } = terms;
  let k = 0;
  terms.operandError = 0;
  terms.operandSquares = 0;
  for (let kh = 0; kh < KH; kh++) {
    const ih = oh * g.strideH + kh * g.dilationH - g.padTop;
    if (ih < 0 || ih >= H) continue;
    for (let kw = 0; kw < KW; kw++) {
      const iw = ow * g.strideW + kw * g.dilationW - g.padLeft;
      if (iw < 0 || iw >= W) continue;
      const xAt = ((n * H + ih) * W + iw) * C + c0;
      const wAt = (kh * KW + kw) * Cg * O + o;
      for (let ic = 0; ic < Cg; ic++, k++) {
        const a = x.data[xAt + ic];
        const f = w.data[wAt + ic * O];
        products[k] = a * f;
        if (operands !== null) roundOperands(operands, sums, a, f, k, terms);
        else if (rounds) rounded[k] = sums.round(products[k]);
      }
    }
  }
  terms.count = k;
}

/** Rounds the operands: (a + α)(f + φ) = af + αf + aφ + αφ, with |α| and |φ| at most half a unit in the last place. */
function roundOperands(
  operands: NumberFormat,
  sums: NumberFormat,
  a: number,
  f: number,
  k: number,
  terms: Terms,
): void {
  const digit = (value: number): number => Math.max(operands.unit * Math.abs(value), operands.spacing / 2);
  const [ofInput, ofFilter] = [digit(a) * Math.abs(f), digit(f) * Math.abs(a)];
  terms.rounded[k] = sums.round(operands.round(a) * operands.round(f));
  terms.operandError += ofInput + ofFilter + digit(a) * digit(f);
  terms.operandSquares += ofInput ** 2 + ofFilter ** 2;
}

/** Whether more than half of the products that are not 0 equal another one. */
function areRepetitive(products: Float64Array): boolean {
  const sorted = products.filter((product) => product !== 0).sort();
  let repeated = 0;
  for (let k = 1; k < sorted.length; k++) if (sorted[k] === sorted[k - 1]) repeated++;
  return 2 * repeated > sorted.length;
}
