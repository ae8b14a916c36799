/**
 * @file The ways to run a network here: on each available tier, and on the third with several threads if the page is
 * isolated.
 */
import { TIERS, type TierName } from "../../../src/index.ts";
import { hasSimd } from "../../../src/kernels/simd/engines.ts";
import { CHOICES } from "../../../src/kernels/tiers.ts";

const MAX_THREADS = 4;

export interface Way {
  readonly tier: TierName;
  readonly threads: number;
}

export function tiersHere(): readonly TierName[] {
  return TIERS.filter((tier) => !CHOICES[tier].emits || hasSimd());
}

export function threadsHere(): number {
  if (!hasSimd() || globalThis.crossOriginIsolated !== true) return 1;
  return Math.min(navigator.hardwareConcurrency, MAX_THREADS);
}

/** From slowest to fastest. */
export function waysHere(): readonly Way[] {
  const threads = threadsHere();
  return [
    ...tiersHere().map((tier) => ({ tier, threads: 1 })),
    ...tiersHere().flatMap((tier) => (CHOICES[tier].emits && threads > 1 ? [{ tier, threads }] : [])),
  ];
}

/** The fastest way with one thread. */
export function usualWay(): Way {
  const tiers = tiersHere();
  return { tier: tiers[tiers.length - 1], threads: 1 };
}
