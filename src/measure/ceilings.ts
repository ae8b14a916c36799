/**
 * @file The ceilings of this machine: its arithmetic rate, and its read rates from near caches to memory. The code that
 * measures them is loaded on first use.
 */
import type { Ceilings, CeilingsOptions } from "./measureCeilings.ts";

export type { Ceilings, CeilingsOptions, ReadRate } from "./measureCeilings.ts";

/**
 * Measures the ceilings of this machine, in about a second: multiply-adds and bytes read per second.
 *
 * @param options `threads`: 1 to 64, default 1. `signal`, `onProgress`
 * @returns GFLOP/s and GB/s
 * @throws ShapeError for an invalid number of threads
 *
 * @example
 * const { threads, simd, reads } = await machineCeilings();
 * simd > 0 && reads[0].gbps > 0; // true
 */
export async function machineCeilings(options: CeilingsOptions = {}): Promise<Ceilings> {
  const { measureCeilings } = await import("./measureCeilings.ts");
  return measureCeilings(options);
}

/**
 * The read rate for working sets of `bytes` per thread, in GB/s: that of the largest measured set no larger than that.
 */
export function readRate({ reads }: Ceilings, bytes: number): number {
  return (reads.findLast((rate) => rate.bytes <= bytes) ?? reads[0]).gbps;
}
