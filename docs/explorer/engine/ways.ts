/**
 * @file How a network can be run here: by each tier that the engine has, and by the third with several threads where
 * the page is isolated.
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

/** From the slowest one to the fastest. */
export function waysHere(): readonly Way[] {
  const threads = threadsHere();
  return [
    ...tiersHere().map((tier) => ({ tier, threads: 1 })),
    ...tiersHere().flatMap((tier) => (CHOICES[tier].emits && threads > 1 ? [{ tier, threads }] : [])),
  ];
}

/** The fastest one with one thread. */
export function usualWay(): Way {
  const tiers = tiersHere();
  return { tier: tiers[tiers.length - 1], threads: 1 };
}
