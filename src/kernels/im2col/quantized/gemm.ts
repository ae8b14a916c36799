/**
 * @file The matrix product S[M, N] = A[M, K] · B[K, N] + b[N] of integers of 16 bits, with sums of 32.
 *
 * B is packed in panels of two columns, whose elements of one k lie together. The micro-kernel has 2×2 sums, as many as
 * the integer registers of x86 hold beside four operands and their addresses.
 */
import type { IntegerData } from "../../../tensor/quantizedTensor.ts";

const NR = 2;

/** B and the bias, packed. */
export interface PackedIntegers {
  readonly K: number;
  /** Columns of S, N and one of zeros if N is odd. */
  readonly width: number;
  /** Per panel [K, 2]. */
  readonly panels: Int16Array;
  /** [width] */
  readonly bias: Int32Array;
}

/**
 * @param w      rows of O integers
 * @param from   the first of N columns
 * @param zeros  the integers that stand for 0, one for each of the O columns
 * @param b      [O], or null for none
 */
export function packIntegers(
  w: IntegerData,
  [K, O]: readonly [K: number, O: number],
  from: number,
  N: number,
  zeros: readonly number[],
  b: Int32Array | null,
): PackedIntegers {
  const width = N + (N % NR);
  const panels = new Int16Array(K * width);
  for (let n = 0; n < N; n++) {
    const to = (n - (n % NR)) * K + (n % NR);
    for (let k = 0; k < K; k++) panels[to + k * NR] = w[k * O + from + n] - zeros[from + n];
  }
  const bias = new Int32Array(width);
  if (b !== null) bias.set(b.subarray(from, from + N));
  return { K, width, panels, bias };
}

/** @param sums rows of `width` elements */
export function multiply(M: number, a: Int16Array, { K, width, panels, bias }: PackedIntegers, sums: Int32Array): void {
  for (let n = 0; n < width; n += NR) {
    for (let m = 0; m < M; m += 2) {
      const second = Math.min(m + 1, M - 1); // the last of an odd number of rows is computed twice
      tile(K, a, m * K, second * K, panels, n * K, bias[n], bias[n + 1], sums, m * width + n, second * width + n);
    }
  }
}

/** Two rows of A against a panel. */
function tile(
  K: number,
  a: Int16Array,
  a0: number,
  a1: number,
  panels: Int16Array,
  panel: number,
  b0: number,
  b1: number,
  sums: Int32Array,
  to0: number,
  to1: number,
): void {
  let s00 = b0;
  let s01 = b1;
  let s10 = b0;
  let s11 = b1;
  for (let k = 0; k < K; k++) {
    const w0 = panels[panel + 2 * k];
    const w1 = panels[panel + 2 * k + 1];
    const x0 = a[a0 + k];
    const x1 = a[a1 + k];
    s00 = (s00 + Math.imul(x0, w0)) | 0;
    s01 = (s01 + Math.imul(x0, w1)) | 0;
    s10 = (s10 + Math.imul(x1, w0)) | 0;
    s11 = (s11 + Math.imul(x1, w1)) | 0;
  }
  sums[to0] = s00;
  sums[to0 + 1] = s01;
  sums[to1] = s10;
  sums[to1 + 1] = s11;
}
