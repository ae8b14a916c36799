/** @file How a network can be run here: by each tier, and by the third one with several threads where the page is isolated. */
import { TIERS, type Tier } from "../../../src/index.ts";

const MOST_THREADS = 4;

export interface Way {
  readonly tier: Tier;
  readonly threads: number;
}

export function threadsHere(): number {
  return globalThis.crossOriginIsolated === true ? Math.min(navigator.hardwareConcurrency, MOST_THREADS) : 1;
}

export function waysHere(): readonly Way[] {
  const threads = threadsHere();
  return [...TIERS.map((tier) => ({ tier, threads: 1 })), ...(threads > 1 ? [{ tier: "simd", threads } as const] : [])];
}
