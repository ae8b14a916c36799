/** @file The taps of a depthwise convolution of integers in pairs: tables, no code. */
import type { Conv2dGeometry } from "../../../geometry/conv2d.ts";
import { range } from "../loops.ts";

export interface Tap {
  readonly kh: number;
  readonly kw: number;
}

/** Two taps that are multiplied together; null if there is no second one; its weight is then 0. */
export type TapPair = readonly [first: Tap, second: Tap | null];

type Taps = Pick<Conv2dGeometry, "KH" | "KW">;

/** Max taps for unrolled code. */
const MAX_TAPS = 32;

export function isWrittenOut({ KH, KW }: Taps): boolean {
  return KH * KW <= MAX_TAPS;
}

/**
 * Pairs of taps one above the other, from rows 0 and 1, 2 and 3, … The taps of a last row without a partner pair up
 * with their neighbours; in loops they stay alone.
 *
 *   0 2 4        0 and 1 are a pair, and so on; the ninth tap of a 3×3 kernel is alone
 *   1 3 5
 *   6 7 8
 */
export function tapPairs({ KH, KW }: Taps): readonly TapPair[] {
  const above = range(Math.floor(KH / 2), (i) =>
    range(
      KW,
      (kw): TapPair => [
        { kh: 2 * i, kw },
        { kh: 2 * i + 1, kw },
      ],
    ),
  ).flat();
  if (KH % 2 === 0) return above;
  const kh = KH - 1;
  if (!isWrittenOut({ KH, KW })) return [...above, ...range(KW, (kw): TapPair => [{ kh, kw }, null])];
  const beside = range(
    Math.ceil(KW / 2),
    (i): TapPair => [{ kh, kw: 2 * i }, 2 * i + 1 < KW ? { kh, kw: 2 * i + 1 } : null],
  );
  return [...above, ...beside];
}
