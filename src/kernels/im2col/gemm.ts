/**
 * @file The matrix product S[M, N] = A[M, K] · B[K, N] + b[N] in plain TypeScript; a callback receives its sums.
 *
 * K. Goto and R. van de Geijn, "Anatomy of High-Performance Matrix Multiplication" (2008), as in BLIS: five loops
 * around a micro-kernel, as far as JavaScript can use them.
 *
 *   for jc in N by NC            NC columns of S wait in accumulators
 *     for ic in M by MC
 *       for pc in K by KC        MC × KC of A stay in the L2 cache (256 KiB), packed
 *         for jr in NC by NR     KC × NR of B stay in the L1 cache (12 KiB), packed when the layer is created
 *           for ir in MC by MR   MR × NR accumulators in registers; each number loaded is used NR or MR times
 *
 * Packing converts to float64: JavaScript computes in float64, so the loop needs no conversions.
 *
 * Sums stay in float64 to the end: sums of floats are rounded once, and sums of integers are exact.
 */
import type { Tensor } from "../../tensor/tensor.ts";

const NR = 3; // columns of a panel and of a tile
const MR = 2; // rows of a tile
const KC = 512; // rows of a slice of a panel
const MC = 64; // rows of a block of A
const NC = 192; // columns of S summed at a time, whole panels

// The micro-kernel works on these arrays, not on arguments: V8 compiles the address and length of a module's constants
// into the loop, which leaves enough registers. Three columns of equal length need one bounds check. A 2×3 tile runs at
// 13 GFLOP/s; a 2×4 one, whose sums and operands V8 no longer keeps in registers, at 6.
const block = new Float64Array(MC * KC);
const column0 = new Float64Array(KC);
const column1 = new Float64Array(KC);
const column2 = new Float64Array(KC);
const accumulators = new Float64Array(MC * NC);

/** B and the bias, packed. */
export interface PackedMatrix {
  readonly K: number;
  readonly N: number;
  /** Per panel of 3 columns, the last one padded with zeros: slices of at most 512 rows, each [3, rows]. */
  readonly panels: readonly (readonly Float64Array[])[];
  /** [N], padded with zeros to whole panels. */
  readonly bias: Float64Array;
}

/**
 * @param b    matrix [K, N], any strides
 * @param bias [N], or null for none
 */
export function packMatrix(b: Tensor, bias: ArrayLike<number> | null): PackedMatrix {
  const [K, N] = b.shape;
  const [stepK, stepN] = b.strides;
  const panels = Array.from({ length: Math.ceil(N / NR) }, (_, p) => {
    const columns = Math.min(NR, N - p * NR);
    return Array.from({ length: Math.ceil(K / KC) }, (_, d) => {
      const depth = Math.min(KC, K - d * KC);
      const packed = new Float64Array(depth * NR);
      for (let k = 0; k < depth; k++) {
        const at = b.offset + (d * KC + k) * stepK + p * NR * stepN;
        for (let n = 0; n < columns; n++) packed[n * depth + k] = b.data[at + n * stepN];
      }
      return packed;
    });
  });
  const widened = new Float64Array(panels.length * NR);
  if (bias !== null) widened.set(bias);
  return { K, N, panels, bias: widened };
}

/**
 * Receives finished sums: `columns` columns of S from column n on, `rows` rows from row m on. The sums of a row are
 * adjacent, the first row at sums[at], the next `step` later.
 */
export type WriteSums = (
  m: number,
  rows: number,
  n: number,
  columns: number,
  sums: Float64Array,
  at: number,
  step: number,
) => void;

/**
 * S[M, N] = A[M, K] · B[K, N] + b
 *
 * @param a     rows of K elements, the first at a[aAt], the next `aStep` later
 * @param write receives every sum once
 */
export function gemm(M: number, a: Float32Array, aAt: number, aStep: number, b: PackedMatrix, write: WriteSums): void {
  const { K, N, panels, bias } = b;
  for (let jc = 0; jc < N; jc += NC) {
    const firstPanel = jc / NR;
    const endPanel = Math.min(panels.length, (jc + NC) / NR);
    for (let ic = 0; ic < M; ic += MC) {
      const rows = Math.min(MC, M - ic);
      for (let p = firstPanel; p < endPanel; p++) startAccumulators((p - firstPanel) * MC * NR, rows, bias, p * NR);
      for (let pc = 0; pc < K; pc += KC) {
        const depth = Math.min(KC, K - pc);
        packBlock(rows, depth, a, aAt + ic * aStep + pc, aStep);
        for (let p = firstPanel; p < endPanel; p++) {
          const panel = panels[p][pc / KC];
          column0.set(panel.subarray(0, depth));
          column1.set(panel.subarray(depth, 2 * depth));
          column2.set(panel.subarray(2 * depth));
          multiply(rows, depth, (p - firstPanel) * MC * NR);
        }
      }
      for (let p = firstPanel; p < endPanel; p++) {
        const at = (p - firstPanel) * MC * NR;
        write(ic, rows, p * NR, Math.min(NR, N - p * NR), accumulators, at, NR);
      }
    }
  }
}

/** Starts a panel's sums, [rows, 3] at accumulators[at], with the bias. */
function startAccumulators(at: number, rows: number, bias: Float64Array, n: number): void {
  for (let i = 0; i < rows * NR; i++) accumulators[at + i] = bias[n + (i % NR)];
}

function packBlock(rows: number, depth: number, a: Float32Array, aAt: number, aStep: number): void {
  let to = 0;
  for (let m = 0; m < rows; m++) {
    const from = aAt + m * aStep;
    for (let k = 0; k < depth; k++) block[to++] = a[from + k];
  }
}

/** accumulators[at…] += block · slice */
function multiply(rows: number, depth: number, at: number): void {
  let m = 0;
  for (; m + MR <= rows; m += MR) tile(depth, m * depth, (m + 1) * depth, at + m * NR);
  if (m < rows) lastRow(depth, m * depth, at + m * NR);
}

/** The micro-kernel: two rows of the block against three columns of the panel. */
function tile(depth: number, a0: number, a1: number, at: number): void {
  let s00 = accumulators[at];
  let s01 = accumulators[at + 1];
  let s02 = accumulators[at + 2];
  let s10 = accumulators[at + 3];
  let s11 = accumulators[at + 4];
  let s12 = accumulators[at + 5];
  for (let k = 0; k < depth; k++) {
    const b0 = column0[k];
    const b1 = column1[k];
    const b2 = column2[k];
    const x0 = block[a0 + k];
    s00 += x0 * b0;
    s01 += x0 * b1;
    s02 += x0 * b2;
    const x1 = block[a1 + k];
    s10 += x1 * b0;
    s11 += x1 * b1;
    s12 += x1 * b2;
  }
  accumulators[at] = s00;
  accumulators[at + 1] = s01;
  accumulators[at + 2] = s02;
  accumulators[at + 3] = s10;
  accumulators[at + 4] = s11;
  accumulators[at + 5] = s12;
}

/** The last of an odd number of rows. */
function lastRow(depth: number, a0: number, at: number): void {
  for (let k = 0; k < depth; k++) {
    const x = block[a0 + k];
    accumulators[at] += x * column0[k];
    accumulators[at + 1] += x * column1[k];
    accumulators[at + 2] += x * column2[k];
  }
}
