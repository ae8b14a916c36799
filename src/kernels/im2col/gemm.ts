/**
 * @file The matrix product Y[M, N] = f( A[M, K] · B[K, N] + b[N] ) in plain TypeScript.
 *
 * Three ideas of K. Goto and R. van de Geijn, "Anatomy of High-Performance Matrix Multiplication" (2008), as far as
 * JavaScript can use them:
 *
 *   packing   B is rewritten once into panels of 4 columns, so that the inner loop reads it from front to back. It is
 *             widened to float64 on the way: JavaScript computes in float64, and no conversion is left in the loop.
 *   blocking  a block of rows of A meets all panels while it is in the L2 cache, and a stretch of 512 rows of a panel
 *             meets the whole block while it is in the L1 cache.
 *   tiling    the micro-kernel keeps 2×4 sums in registers; each number loaded is used 4 or 2 times.
 *
 * Sums are float64 and rounded once, at the end. A is read where it lies.
 */
import type { Activation } from "../../geometry/activation.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { finish } from "./activation.ts";

const PANEL = 4; // columns of a packed panel, and of a tile
const DEPTH = 512; // rows of a panel in the L1 cache at a time: 16 KiB
const BLOCK = 64 * 1024; // elements of A in a block of rows: 256 KiB
const MAX_ROWS = 256; // rows in a block, whatever K

// The micro-kernel reads and writes these two, and not arrays that it is handed: V8 compiles the address and the length
// of a module's constants into the loop, which leaves it enough registers. Copying a stretch of a panel here first makes
// 6.1 GFLOP/s of 4.4 (Node 20, 192×480×480); with tiles of 4×4, whose sums and operands overflow the vector registers,
// it is 4.5 either way.
const stretch = new Float64Array(DEPTH * PANEL);
const sums = new Float64Array(MAX_ROWS * PANEL);

/** B and the bias, packed. */
export interface PackedMatrix {
  readonly K: number;
  readonly N: number;
  /** Per panel of 4 columns, the last one filled up with zeros, its stretches of at most 512 rows, [rows, 4]. */
  readonly panels: readonly (readonly Float64Array[])[];
  /** [N] filled up with zeros to a multiple of 4. */
  readonly bias: Float64Array;
}

/**
 * @param b    matrix [K, N], any strides
 * @param bias [N], or null for none
 */
export function packMatrix(b: Tensor, bias: Tensor | null): PackedMatrix {
  const [K, N] = b.shape;
  const [stepK, stepN] = b.strides;
  const panels = Array.from({ length: Math.ceil(N / PANEL) }, (_, p) => {
    const columns = Math.min(PANEL, N - p * PANEL);
    return Array.from({ length: Math.ceil(K / DEPTH) }, (_, d) => {
      const depth = Math.min(DEPTH, K - d * DEPTH);
      const packed = new Float64Array(depth * PANEL);
      for (let k = 0; k < depth; k++) {
        const at = b.offset + (d * DEPTH + k) * stepK + p * PANEL * stepN;
        for (let n = 0; n < columns; n++) packed[k * PANEL + n] = b.data[at + n * stepN];
      }
      return packed;
    });
  });
  const widened = new Float64Array(panels.length * PANEL);
  if (bias !== null) widened.set(bias.toFloat32Array());
  return { K, N, panels, bias: widened };
}

/** Rows of A that make one block, an even number. */
export function rowsPerBlock(K: number): number {
  return Math.min(MAX_ROWS, Math.max(2, Math.floor(BLOCK / K / 2) * 2));
}

/**
 * Y[M, N] = f( A[M, K] · B[K, N] + b )
 *
 * @param a rows of K elements, the first at a[aAt], the next `aStep` later
 * @param y rows of N elements, the first at y[yAt], the next `yStep` later
 */
export function gemm(
  M: number,
  a: Float32Array,
  aAt: number,
  aStep: number,
  b: PackedMatrix,
  f: Activation,
  y: Float32Array,
  yAt: number,
  yStep: number,
): void {
  const { K, N, panels, bias } = b;
  const most = rowsPerBlock(K);
  for (let from = 0; from < M; from += most) {
    const rows = Math.min(most, M - from);
    const block = aAt + from * aStep;
    for (let p = 0; p < panels.length; p++) {
      for (let i = 0; i < rows * PANEL; i++) sums[i] = bias[p * PANEL + (i % PANEL)];
      for (let d = 0; d < panels[p].length; d++) {
        stretch.set(panels[p][d]);
        multiply(rows, panels[p][d].length / PANEL, a, block + d * DEPTH, aStep);
      }
      const columns = Math.min(PANEL, N - p * PANEL);
      for (let m = 0; m < rows; m++) {
        const out = yAt + (from + m) * yStep + p * PANEL;
        for (let n = 0; n < columns; n++) y[out + n] = finish(f, sums[m * PANEL + n]);
      }
    }
  }
}

/** Adds rows of A, `depth` elements each, times the stretch of a panel to the sums. */
function multiply(rows: number, depth: number, a: Float32Array, aAt: number, aStep: number): void {
  let m = 0;
  for (; m + 2 <= rows; m += 2) tile(depth, a, aAt + m * aStep, aAt + (m + 1) * aStep, m * PANEL);
  if (m < rows) lastRow(depth, a, aAt + m * aStep, m * PANEL);
}

/** The micro-kernel: two rows of A against four columns of B. */
function tile(depth: number, a: Float32Array, a0: number, a1: number, at: number): void {
  let s00 = sums[at];
  let s01 = sums[at + 1];
  let s02 = sums[at + 2];
  let s03 = sums[at + 3];
  let s10 = sums[at + 4];
  let s11 = sums[at + 5];
  let s12 = sums[at + 6];
  let s13 = sums[at + 7];
  for (let k = 0, p = 0; k < depth; k++, p += PANEL) {
    const b0 = stretch[p];
    const b1 = stretch[p + 1];
    const b2 = stretch[p + 2];
    const b3 = stretch[p + 3];
    const x0 = a[a0 + k];
    s00 += x0 * b0;
    s01 += x0 * b1;
    s02 += x0 * b2;
    s03 += x0 * b3;
    const x1 = a[a1 + k];
    s10 += x1 * b0;
    s11 += x1 * b1;
    s12 += x1 * b2;
    s13 += x1 * b3;
  }
  sums[at] = s00;
  sums[at + 1] = s01;
  sums[at + 2] = s02;
  sums[at + 3] = s03;
  sums[at + 4] = s10;
  sums[at + 5] = s11;
  sums[at + 6] = s12;
  sums[at + 7] = s13;
}

/** The last of an odd number of rows. */
function lastRow(depth: number, a: Float32Array, a0: number, at: number): void {
  for (let n = 0; n < PANEL; n++) {
    let sum = sums[at + n];
    for (let k = 0; k < depth; k++) sum += a[a0 + k] * stretch[k * PANEL + n];
    sums[at + n] = sum;
  }
}
