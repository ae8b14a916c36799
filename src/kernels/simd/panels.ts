/**
 * @file W as the micro-kernel reads it: panels of NR columns, each stored row by row, followed by the bias.
 *
 *   panel j:   w[0, n…] w[1, n…] … w[K-1, n…] b[n…]        n = j·NR … (j+1)·NR-1
 *
 * If N is not a multiple of NR, the last panel is narrower, and padded to whole vectors.
 */
import { copyInto } from "../../tensor/lines.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { FLOAT_BYTES, LANES, VECTOR_BYTES } from "../../wasm/sizes.ts";
import type { Region } from "../contract/kernels.ts";
import { scatterer } from "./scatter.ts";
import { vectorsFor } from "./vectors.ts";

/** Panels of one width, next to each other. */
export interface Panels {
  /** The number of the first panel, and how many there are. */
  readonly first: number;
  readonly count: number;
  /** The first column of W. */
  readonly column: number;
  /** NR: columns of a panel that are columns of W. */
  readonly columns: number;
  /** From the start of all panels to the first of these. */
  readonly offset: number;
  /** Of one panel: K rows and the bias. */
  readonly panelBytes: number;
}

/**
 * Full panels of `width` vectors, and a narrower one for the remaining columns.
 *
 * @param bytesOf bytes of a panel of a given number of vectors
 */
export function panelsFor(N: number, width: number, bytesOf: (vectors: number) => number): readonly Panels[] {
  const NR = width * LANES;
  const full = Math.floor(N / NR);
  const bytes = (columns: number): number => bytesOf(vectorsFor(columns));
  const panels = (first: number, count: number, columns: number): Panels => ({
    first,
    count,
    column: first * NR,
    columns,
    offset: first * bytes(NR),
    panelBytes: bytes(columns),
  });
  return [panels(0, full, NR), panels(full, 1, N - full * NR)].filter(({ count, columns }) => count * columns > 0);
}

/** Bytes of K rows of a panel and of its bias. */
export function floatPanel(K: number): (vectors: number) => number {
  return (vectors) => (K + 1) * vectors * VECTOR_BYTES;
}

export function panelCount(widths: readonly Panels[]): number {
  return widths.reduce((sum, { count }) => sum + count, 0);
}

/** Bytes of all panels. */
export function panelsBytes(widths: readonly Panels[]): number {
  return widths.reduce((sum, { count, panelBytes }) => sum + count * panelBytes, 0);
}

/** Bytes of the rows packed at a time: they stay in the L2 cache. */
const ROWS_BYTES = 64 * 1024;

/** Rows of W that are packed at a time. */
function rowsAtATime(N: number): number {
  return Math.max(1, Math.floor(ROWS_BYTES / (N * FLOAT_BYTES)));
}

/** Bytes of scratch that {@link packPanels} needs. */
export function packingBytes(K: number, N: number): number {
  return Math.min(K, rowsAtATime(N)) * N * FLOAT_BYTES;
}

/**
 * Copies a few rows at a time into scratch, then emitted code scatters them into panels: in a fresh process, before the
 * JIT warms up, this is far faster. Lanes after the last column get whatever scratch holds.
 *
 * @param w    filter [K, N], any strides
 * @param bias [N], or null for none
 */
export function packPanels(w: Tensor, bias: Tensor | null, widths: readonly Panels[], to: Region): void {
  const { memory, at, scratch } = to;
  const [K, N] = w.shape;
  const pack = (rows: Tensor | null, k: number, count: number): void => {
    const target = new Float32Array(memory.buffer, scratch, count * N);
    if (rows === null) target.fill(0);
    else copyInto(rows, new Tensor(target, [count, N]));
    if (k === K) withoutNegativeZero(target);
    for (const { column, columns, count: panels, offset, panelBytes } of widths) {
      const vectors = vectorsFor(columns);
      const row = at + offset + k * vectors * VECTOR_BYTES;
      const from = scratch + column * FLOAT_BYTES;
      scatterer(memory, vectors)(from, row, count, N * FLOAT_BYTES, panels, panelBytes);
    }
  };
  const step = rowsAtATime(N);
  for (let k = 0; k < K; k += step) {
    const count = Math.min(step, K - k);
    pack(w.slice([k, 0], [count, N]), k, count);
  }
  pack(bias?.reshape([1, N]) ?? null, K, 1);
}

/** -0 becomes 0: added last to a sum that may be -0, such a bias yields the 0 of a sum that starts at 0. */
function withoutNegativeZero(bias: Float32Array): void {
  for (let i = 0; i < bias.length; i++) bias[i] += 0;
}
