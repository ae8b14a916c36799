/**
 * @file The best separable version of a standard filter: rank M for each input channel.
 *
 *   W[t, c, o]  ≈  Σ_m  D[t, c, m] · P[c·M + m, o]        t = kh·KW + kw, a tap; m < M
 *
 * For one channel c, W is a matrix of taps × outputs, and the sum over m a matrix of rank M. The closest one, by
 * squared differences, is Σ_m s[m] · u[m] · v[m]ᵀ, the leading parts of W's singular value decomposition (C. Eckart and
 * G. Young, 1936). D gets u and P gets uᵀ · W = s · vᵀ; the latter's length is split between them, √|uᵀW| each.
 *
 * A batch norm that follows multiplies each output by a factor; u and s are then those of the filter with factors.
 */
import type { Conv2dGeometry } from "../../geometry/conv2d.ts";
import { svd } from "../../tensor/svd.ts";

export interface Decomposition {
  /** min(taps, outputs of a group): with that many parts nothing is lost. */
  readonly rank: number;
  /** [C, rank, taps]: the left singular vectors of each channel; largest element positive. */
  readonly u: Float64Array;
  /** Share of the sum of squares that the M leading parts of each channel keep, for M from 0 to rank. */
  readonly energies: readonly number[];
}

/**
 * @param filter  [KH, KW, C / G, O], finite
 * @param factors [O]: of the outputs, from the batch norm that follows; null for none
 */
export function decompose(
  filter: Float32Array,
  { KH, KW, C, G, O }: Conv2dGeometry,
  factors: Float64Array | null,
): Decomposition {
  const [taps, I, outputs] = [KH * KW, C / G, O / G];
  const rank = Math.min(taps, outputs);
  const u = new Float64Array(C * rank * taps);
  const s = new Float64Array(C * rank); // [C, rank]
  const matrix = new Float64Array(taps * outputs);
  for (let c = 0; c < C; c++) {
    const first = Math.floor(c / I) * outputs;
    for (let t = 0; t < taps; t++) {
      for (let o = 0; o < outputs; o++) {
        const factor = factors === null ? 1 : factors[first + o];
        matrix[t * outputs + o] = filter[(t * I + (c % I)) * O + first + o] * factor;
      }
    }
    const parts = svd(matrix, taps, outputs);
    s.set(parts.s, c * rank);
    u.set(withPositivePeaks(parts.u, taps), c * rank * taps);
  }
  return { rank, u, energies: energiesOf(s, rank) };
}

/** Flips each vector so that its largest element is positive: a singular vector's sign is arbitrary. */
function withPositivePeaks(vectors: Float64Array, length: number): Float64Array {
  for (let from = 0; from < vectors.length; from += length) {
    const row = vectors.subarray(from, from + length);
    const peak = row.reduce((max, value) => (Math.abs(value) > Math.abs(max) ? value : max), 0);
    if (peak < 0) for (let i = 0; i < length; i++) row[i] = -row[i];
  }
  return vectors;
}

/** 1 - the share of the parts from M on, so that the result is exactly 1 where they are 0. */
function energiesOf(s: Float64Array, rank: number): readonly number[] {
  const rest = Array.from({ length: rank + 1 }, () => 0);
  s.forEach((value, i) => {
    rest[i % rank] += value * value;
  });
  for (let m = rank - 1; m >= 0; m--) rest[m] += rest[m + 1];
  return rest.map((lost) => (rest[0] > 0 ? 1 - lost / rest[0] : 1));
}

/** The filters of a depthwise convolution [KH, KW, C, M] and of a pointwise one [C·M / G, O]. @param M up to rank */
export function separableFilters(
  filter: Float32Array,
  { KH, KW, C, G, O }: Conv2dGeometry,
  { rank, u }: Decomposition,
  M: number,
): { readonly depthwise: Float32Array; readonly pointwise: Float32Array } {
  const [taps, I, outputs] = [KH * KW, C / G, O / G];
  const depthwise = new Float32Array(taps * C * M);
  const pointwise = new Float32Array(I * M * O);
  const row = new Float64Array(outputs);
  for (let c = 0; c < C; c++) {
    const first = Math.floor(c / I) * outputs;
    for (let m = 0; m < M; m++) {
      row.fill(0);
      for (let t = 0; t < taps; t++) {
        const tap = u[(c * rank + m) * taps + t];
        const from = (t * I + (c % I)) * O + first;
        for (let o = 0; o < outputs; o++) row[o] += tap * filter[from + o];
      }
      const length = Math.sqrt(row.reduce((sum, value) => sum + value * value, 0));
      const half = Math.sqrt(length) || 1; // a part of zeros: u stays, for training
      for (let t = 0; t < taps; t++) depthwise[(t * C + c) * M + m] = half * u[(c * rank + m) * taps + t];
      const to = ((c % I) * M + m) * O + first;
      for (let o = 0; o < outputs; o++) pointwise[to + o] = row[o] / half;
    }
  }
  return { depthwise, pointwise };
}
