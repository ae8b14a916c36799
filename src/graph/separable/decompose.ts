/**
 * @file The best separable version of a standard filter: rank M for each input channel.
 *
 *   W[t, c, o]  ≈  Σ_m  D[t, c, m] · P[c·M + m, o]        t = kh·KW + kw, a tap; m < M
 *
 * For one channel c, W is a matrix of taps × outputs, and the sum over m a matrix of rank M. The closest one, by the sum
 * of squared differences, is Σ_m s[m] · u[m] · v[m]ᵀ, the leading parts of W's singular value decomposition (C. Eckart and
 * G. Young, 1936). D gets √s · u and P gets √s · v, which is uᵀ · W / √s.
 *
 * Where batch norm follows, it scales each output by a factor; what is approximated is the filter with these factors.
 */
import type { Conv2dGeometry } from "../../geometry/conv2d.ts";
import { svd } from "../../tensor/svd.ts";

export interface Decomposition {
  /** The most that any channel may need: min(taps, outputs of a group). */
  readonly rank: number;
  /** [C, rank, taps]: the left singular vectors of each channel; largest element positive. */
  readonly u: Float64Array;
  /** [C, rank]: the singular values. */
  readonly s: Float64Array;
  /** Share of the sum of squares that the M leading parts of each channel keep, for M from 0 to rank. */
  readonly energies: readonly number[];
}

/**
 * @param filter  [KH, KW, C / G, O], finite
 * @param factors [O]: of the outputs, by the batch norm that follows; null for none
 */
export function decompose(
  filter: Float32Array,
  { KH, KW, C, G, O }: Conv2dGeometry,
  factors: Float64Array | null,
): Decomposition {
  const [taps, I, outputs] = [KH * KW, C / G, O / G];
  const rank = Math.min(taps, outputs);
  const u = new Float64Array(C * rank * taps);
  const s = new Float64Array(C * rank);
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
  return { rank, u, s, energies: energiesOf(s, rank) };
}

/** Turns each vector so that its largest element is positive: a singular vector's sign is arbitrary. */
function withPositivePeaks(vectors: Float64Array, length: number): Float64Array {
  return vectors.map((value, i) => {
    const row = vectors.subarray(i - (i % length), i - (i % length) + length);
    const peak = row.reduce((max, one) => (Math.abs(one) > Math.abs(max) ? one : max), 0);
    return peak < 0 ? -value : value;
  });
}

function energiesOf(s: Float64Array, rank: number): readonly number[] {
  const energies = Array.from({ length: rank + 1 }, () => 0);
  s.forEach((value, i) => {
    energies[(i % rank) + 1] += value * value;
  });
  for (let m = 1; m <= rank; m++) energies[m] += energies[m - 1];
  return energies.map((energy) => (energies[rank] > 0 ? energy / energies[rank] : 1));
}

/** The filters of a depthwise convolution [KH, KW, C, M] and of a pointwise one [C·M / G, O]. */
export function separableFilters(
  filter: Float32Array,
  { KH, KW, C, G, O }: Conv2dGeometry,
  { rank, u, s }: Decomposition,
  M: number,
): { readonly depthwise: Float32Array; readonly pointwise: Float32Array } {
  const [taps, I, outputs] = [KH * KW, C / G, O / G];
  const depthwise = new Float32Array(taps * C * M);
  const pointwise = new Float32Array(I * M * O);
  const row = new Float64Array(outputs);
  for (let c = 0; c < C; c++) {
    const first = Math.floor(c / I) * outputs;
    for (let m = 0; m < Math.min(M, rank); m++) {
      const root = Math.sqrt(s[c * rank + m]) || 1;
      row.fill(0);
      for (let t = 0; t < taps; t++) {
        const tap = u[(c * rank + m) * taps + t];
        depthwise[(t * C + c) * M + m] = root * tap;
        const from = (t * I + (c % I)) * O + first;
        for (let o = 0; o < outputs; o++) row[o] += tap * filter[from + o];
      }
      const to = ((c % I) * M + m) * O + first;
      for (let o = 0; o < outputs; o++) pointwise[to + o] = row[o] / root;
    }
  }
  return { depthwise, pointwise };
}
