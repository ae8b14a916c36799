/** @file How a matrix product is cut into blocks that stay in the caches: MC rows of X, KC rows of a panel. */
import type { Func } from "../../wasm/expression.ts";
import { FLOAT_BYTES } from "../../wasm/sizes.ts";
import type { FusedActivation } from "./activate.ts";
import { ARITHMETIC } from "./arithmetic.ts";
import { finished, parked } from "./ending.ts";
import type { Accumulators, Precision } from "./engines.ts";
import { range } from "./loops.ts";
import { type Panels, panelsBytes } from "./panels.ts";
import { CACHE_LINE_BYTES } from "./prefetch.ts";
import { heightsOf, rows } from "./rows.ts";
import type { Tile } from "./tile.ts";

/** Bytes of MC rows of X. */
const MC_BYTES = 256 * 1024;
/** Bytes of KC rows of a panel. */
export const KC_BYTES: number = 16 * 1024;
/**
 * If W has at least this many bytes, the next panel is prefetched while one is used: it comes from beyond the L2 cache,
 * which X needs too. This makes MobileNetV1 1.0-224 as a whole 1 % faster.
 */
const PREFETCH_BYTES = 256 * 1024;

export interface Product {
  readonly K: number;
  readonly N: number;
  /** Panels of W, by width. */
  readonly widths: readonly Panels[];
  readonly activation: FusedActivation;
  readonly precision: Precision;
  readonly accumulators: Accumulators;
  /** As for a tile. */
  readonly wStepBytes?: number;
}

/** A slice of k that starts at pc, and the function of its tiles. */
export interface Slice {
  readonly pc: number;
  readonly func: Func;
}

/**
 * Slices of a panel, of at most KC rows; those between the first and the last share a function.
 *
 * @param KC       an integer, so that no slice is empty
 * @param prefetch during the first slice
 * @param M rows of X, if known in advance
 */
export function slicesOf(
  p: Product,
  { columns }: Pick<Panels, "columns">,
  KC: number,
  prefetch?: Tile["prefetch"],
  M?: number,
): readonly Slice[] {
  const { K, N, activation, precision, accumulators, wStepBytes } = p;
  const last = Math.ceil(K / KC) - 1;
  const length = Math.ceil(K / (last + 1));
  const funcOf = (i: number): Func => {
    const t: Tile = {
      arithmetic: ARITHMETIC[precision],
      walk: { count: i === last ? K - i * length : length, stepBytes: FLOAT_BYTES },
      ending: i === last ? finished(activation) : parked,
      resumes: i > 0,
      columns,
      xRowBytes: K * FLOAT_BYTES,
      yRowBytes: N * FLOAT_BYTES,
      ...(wStepBytes !== undefined && { wStepBytes }),
      prefetch: i === 0 ? prefetch : undefined,
    };
    return rows(t, accumulators, M);
  };
  const between = last > 1 ? funcOf(1) : undefined;
  return range(last + 1, (i) => ({ pc: i * length, func: between && i > 0 && i < last ? between : funcOf(i) }));
}

/** MC: a multiple of 12, so tiles of 2, 3, 4 or 6 rows fit exactly. */
export function blockRowsOf(K: number): number {
  return Math.max(Math.floor(MC_BYTES / (K * FLOAT_BYTES) / 12) * 12, 12);
}

/** Cache lines of the next panel that each tile touches, and bytes to spare for what the last panel's tiles touch. */
export function prefetchOf({ K, widths, accumulators }: Product): {
  readonly lines: number;
  readonly tailBytes: number;
} {
  if (panelsBytes(widths) < PREFETCH_BYTES) return { lines: 0, tailBytes: 0 };
  const tiles = Math.floor(blockRowsOf(K) / heightsOf(widths[0].columns, accumulators)[0]);
  const lines = Math.ceil(widths[0].panelBytes / CACHE_LINE_BYTES / tiles);
  return { lines, tailBytes: (tiles * lines + 1) * CACHE_LINE_BYTES };
}
