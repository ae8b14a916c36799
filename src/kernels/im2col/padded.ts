/**
 * @file Padded images, so that no loop needs bounds checks.
 *
 * The copy is cheap compared with four comparisons per tap.
 */
import { reach } from "../../geometry/padding.ts";
import type { WindowGeometry } from "../../geometry/window.ts";

export interface PaddedImage {
  /** [rows, columns, C], row-major: only pixels that windows touch. */
  readonly data: Float32Array;
  readonly rows: number;
  readonly columns: number;
  /** Copies one contiguous image [H, W, C] from x[at] inside the padding. */
  load(x: Float32Array, at: number): void;
}

/** @param value of the padding: 0 for sums, -∞ for maxima */
export function paddedImage(g: WindowGeometry, C: number, value: number): PaddedImage {
  const { H, W, KH, KW, OH, OW, strideH, strideW, dilationH, dilationW, padTop, padLeft } = g;
  const rows = (OH - 1) * strideH + reach(KH, dilationH);
  const columns = (OW - 1) * strideW + reach(KW, dilationW);
  const data = new Float32Array(rows * columns * C).fill(value);
  // Pixels beyond the last window are left out: possibly all, if windows lie entirely on padding.
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
