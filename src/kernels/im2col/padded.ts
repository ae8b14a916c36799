/**
 * @file An image with its padding around it, so that no loop needs to ask where the image ends.
 *
 * Copying is cheap beside the loops that it frees of four comparisons a tap.
 */
import { reach } from "../../geometry/padding.ts";
import type { WindowGeometry } from "../../geometry/window.ts";

export interface PaddedImage {
  /** [rows, columns, C], row-major: just what the windows touch. */
  readonly data: Float32Array;
  readonly rows: number;
  readonly columns: number;
  /** Copies one contiguous image [H, W, C] from x[at] into its place. */
  load(x: Float32Array, at: number): void;
}

/** @param value what stands in the padding: 0 for sums, -∞ for maxima */
export function paddedImage(g: WindowGeometry, C: number, value: number): PaddedImage {
  const { H, W, KH, KW, OH, OW, strideH, strideW, dilationH, dilationW, padTop, padLeft } = g;
  const rows = (OH - 1) * strideH + reach(KH, dilationH);
  const columns = (OW - 1) * strideW + reach(KW, dilationW);
  const data = new Float32Array(rows * columns * C).fill(value);
  // What lies behind the last window is left out. It may be everything, where windows reach over nothing but padding.
  const usedRows = Math.max(0, Math.min(H, rows - padTop));
  const usedColumns = Math.max(0, Math.min(W, columns - padLeft));

  const load = (x: Float32Array, at: number): void => {
    if (usedColumns === 0) return;
    for (let h = 0; h < usedRows; h++) {
      const from = at + h * W * C;
      const to = ((padTop + h) * columns + padLeft) * C;
      data.set(x.subarray(from, from + usedColumns * C), to);
    }
  };
  return { data, rows, columns, load };
}
