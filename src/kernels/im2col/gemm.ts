/**
 * @file The matrix product Y[M, N] = f( A[M, K] · B[K, N] + b[N] ) in plain TypeScript.
 *
 * K. Goto and R. van de Geijn, "Anatomy of High-Performance Matrix Multiplication" (2008), as in BLIS: five loops
 * around a micro-kernel, as far as JavaScript can use them.
 *
 *   packing   B is rewritten once, when a layer is created, into panels of 3 contiguous columns; each block of A is
 *             copied when needed. Both are widened to float64 on the way: JavaScript computes in float64, and no
 *             conversion is left in the loop.
 *   blocking  64 rows × 512 columns of A (256 KiB) stay in the L2 cache while all panels pass by; a slice of 512 rows
 *             of one panel (16 KiB) stays in the L1 cache while all rows of the block pass by.
 *   tiling    the micro-kernel keeps 2×3 sums in registers; each number loaded is used 3 or 2 times.
 *
 * Sums stay float64 to the end and are rounded once.
 */
import type { Activation } from "../../geometry/activation.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { writeActivated } from "./activation.ts";

const PANEL = 3; // NR: columns of a panel and of a tile
const DEPTH = 512; // KC: rows of a slice of a panel
const ROWS = 64; // MC: rows of a block of A
const COLUMNS = 192; // NC: columns of Y summed at a time, whole panels

// The micro-kernel works on these arrays, not on arguments: V8 compiles the address and length of a module's constants
// into the loop, which leaves enough registers. Three columns of equal length need one bounds check. A 2×3 tile runs at
// 13 GFLOP/s; a 2×4 one, whose sums and operands V8 no longer keeps in registers, at 6.
const block = new Float64Array(ROWS * DEPTH);
const column0 = new Float64Array(DEPTH);
const column1 = new Float64Array(DEPTH);
const column2 = new Float64Array(DEPTH);
const sums = new Float64Array(ROWS * COLUMNS);

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
        for (let n = 0; n < columns; n++) packed[n * depth + k] = b.data[at + n * stepN];
      }
      return packed;
    });
  });
  const widened = new Float64Array(panels.length * PANEL);
  if (bias !== null) widened.set(bias.toFloat32Array());
  return { K, N, panels, bias: widened };
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
  for (let n0 = 0; n0 < N; n0 += COLUMNS) {
    const firstPanel = n0 / PANEL;
    const endPanel = Math.min(panels.length, (n0 + COLUMNS) / PANEL);
    for (let m0 = 0; m0 < M; m0 += ROWS) {
      const rows = Math.min(ROWS, M - m0);
      for (let p = firstPanel; p < endPanel; p++) startSums((p - firstPanel) * ROWS * PANEL, rows, bias, p * PANEL);
      for (let k0 = 0; k0 < K; k0 += DEPTH) {
        const depth = Math.min(DEPTH, K - k0);
        packBlock(rows, depth, a, aAt + m0 * aStep + k0, aStep);
        for (let p = firstPanel; p < endPanel; p++) {
          const panel = panels[p][k0 / DEPTH];
          column0.set(panel.subarray(0, depth));
          column1.set(panel.subarray(depth, 2 * depth));
          column2.set(panel.subarray(2 * depth));
          multiply(rows, depth, (p - firstPanel) * ROWS * PANEL);
        }
      }
      for (let p = firstPanel; p < endPanel; p++) {
        const at = (p - firstPanel) * ROWS * PANEL;
        const columns = Math.min(PANEL, N - p * PANEL);
        const out = yAt + m0 * yStep + p * PANEL;
        for (let n = 0; n < columns; n++) writeActivated(f, rows, sums, at + n, PANEL, y, out + n, yStep);
      }
    }
  }
}

/** Starts a panel's sums, [rows, 3] at sums[at], with the bias. */
function startSums(at: number, rows: number, bias: Float64Array, n: number): void {
  for (let i = 0; i < rows * PANEL; i++) sums[at + i] = bias[n + (i % PANEL)];
}

function packBlock(rows: number, depth: number, a: Float32Array, aAt: number, aStep: number): void {
  let to = 0;
  for (let m = 0; m < rows; m++) {
    const from = aAt + m * aStep;
    for (let k = 0; k < depth; k++) block[to++] = a[from + k];
  }
}

/** sums[at…] += block · slice */
function multiply(rows: number, depth: number, at: number): void {
  let m = 0;
  for (; m + 2 <= rows; m += 2) tile(depth, m * depth, (m + 1) * depth, at + m * PANEL);
  if (m < rows) lastRow(depth, m * depth, at + m * PANEL);
}

/** The micro-kernel: two rows of the block against three columns of the panel. */
function tile(depth: number, a0: number, a1: number, at: number): void {
  let s00 = sums[at];
  let s01 = sums[at + 1];
  let s02 = sums[at + 2];
  let s10 = sums[at + 3];
  let s11 = sums[at + 4];
  let s12 = sums[at + 5];
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
  sums[at] = s00;
  sums[at + 1] = s01;
  sums[at + 2] = s02;
  sums[at + 3] = s10;
  sums[at + 4] = s11;
  sums[at + 5] = s12;
}

/** The last of an odd number of rows. */
function lastRow(depth: number, a0: number, at: number): void {
  for (let k = 0; k < depth; k++) {
    const x = block[a0 + k];
    sums[at] += x * column0[k];
    sums[at + 1] += x * column1[k];
    sums[at + 2] += x * column2[k];
  }
}
