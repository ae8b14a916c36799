/**
 * @file The filter as the micro-kernel reads it: panels of a few columns, each from front to back, the bias behind it.
 *
 *   panel p:   w[0, n…] w[1, n…] … w[K-1, n…] b[n…]        n from p·4V up to (p+1)·4V
 *
 * The last panel is narrower, if N is no multiple of its width, and filled up with zeros to whole vectors.
 */
import type { Tensor } from "../../tensor/tensor.ts";
import { FLOAT_BYTES, LANES, VECTOR_BYTES, vectorsFor } from "./emit.ts";

/** Panels of one width, next to each other. */
export interface PanelGroup {
  /** The first column. */
  readonly column: number;
  readonly panels: number;
  /** V: vectors of a row. */
  readonly vectors: number;
  /** Columns of a panel that are columns of the filter. */
  readonly columns: number;
  /** Bytes of one panel: K rows and the bias. */
  readonly panelBytes: number;
}

/**
 * Cuts N columns into full panels of `width` vectors and what is left.
 *
 * @param K rows of the filter
 */
export function panelGroups(K: number, N: number, width: number): readonly PanelGroup[] {
  const full = Math.floor(N / (width * LANES));
  const rest = N - full * width * LANES;
  const group = (column: number, panels: number, columns: number): PanelGroup => {
    const vectors = vectorsFor(columns);
    return { column, panels, vectors, columns, panelBytes: (K + 1) * vectors * VECTOR_BYTES };
  };
  return [
    ...(full > 0 ? [group(0, full, width * LANES)] : []),
    ...(rest > 0 ? [group(full * width * LANES, 1, rest)] : []),
  ];
}

const ROWS_AT_A_TIME = 16;

/** Bytes of all panels. */
export function panelsBytes(groups: readonly PanelGroup[]): number {
  return groups.reduce((sum, { panels, panelBytes }) => sum + panels * panelBytes, 0);
}

/**
 * @param w    filter [K, N], any strides
 * @param bias [N], or null for none
 * @param to   room for all panels
 */
export function packPanels(w: Tensor, bias: Tensor | null, groups: readonly PanelGroup[], to: Float32Array): void {
  const [K] = w.shape;
  const [stepK, stepN] = w.strides;
  const { data } = w;
  let start = 0;
  for (const { column, panels, vectors, columns, panelBytes } of groups) {
    const width = vectors * LANES;
    const step = panelBytes / FLOAT_BYTES;
    if (columns < width) to.fill(0, start, start + panels * step);
    // A few rows of all panels at a time: a row is read from front to back while it is in the cache.
    for (let k0 = 0; k0 < K; k0 += ROWS_AT_A_TIME) {
      const end = Math.min(K, k0 + ROWS_AT_A_TIME);
      for (let panel = 0; panel < panels; panel++) {
        let at = start + panel * step + k0 * width;
        let from = w.offset + k0 * stepK + (column + panel * columns) * stepN;
        for (let k = k0; k < end; k++, at += width, from += stepK) {
          for (let n = 0; n < columns; n++) to[at + n] = data[from + n * stepN];
        }
      }
    }
    for (let panel = 0; panel < panels; panel++) {
      const at = start + panel * step + K * width;
      for (let n = 0; n < columns; n++) to[at + n] = bias === null ? 0 : bias.at(column + panel * columns + n);
    }
    start += panels * step;
  }
}
