/** The tile of src/kernels/simd/tile.ts as plain loops, one number at a time: the same order, the same roundings. */
import type { Walk } from "../../src/kernels/simd/tile.ts";

export interface PlainTile {
  readonly rows: number;
  readonly columns: number;
  /** Elements of x by step of k, from the first of a row. */
  readonly offsets: readonly number[];
  readonly xRow: number;
  /** acc + x · w */
  readonly multiplyAdd: (acc: number, x: number, w: number) => number;
  readonly finish: (acc: number, n: number) => number;
}

/** @param start what the accumulators resume, or null for zeros @returns [rows, columns] */
export function plainTile(t: PlainTile, x: ArrayLike<number>, w: ArrayLike<number>, start: Float32Array | null) {
  const acc = Array.from({ length: t.rows * t.columns }, (_, i) => start?.[i] ?? 0);
  t.offsets.forEach((offset, k) => {
    for (let r = 0; r < t.rows; r++) {
      for (let n = 0; n < t.columns; n++) {
        const i = r * t.columns + n;
        acc[i] = t.multiplyAdd(acc[i], x[r * t.xRow + offset], w[k * t.columns + n]);
      }
    }
  });
  return acc.map((value, i) => t.finish(value, i % t.columns));
}

/** Where a walk leads, in elements. */
export function offsetsOf(walk: Walk, bytes: number): readonly number[] {
  return Array.from({ length: walk.count }, (_, i) => i * (walk.stepBytes / bytes)).flatMap((from) =>
    walk.each ? offsetsOf(walk.each, bytes).map((offset) => from + offset) : [from],
  );
}
