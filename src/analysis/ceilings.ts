/**
 * @file The ceilings of this machine: how many products and sums it does in a second, and how many bytes it reads, from
 * near and from far. What measures them is loaded when somebody asks.
 */
import type { Ceilings, CeilingsOptions } from "./measureCeilings.ts";

export type { Ceilings, CeilingsOptions, ReadRate } from "./measureCeilings.ts";

/**
 * Measures the machine, in about a second.
 *
 * @param options `threads`: 1 to 64, default 1. `signal`, `onProgress`
 */
export async function machineCeilings(options: CeilingsOptions = {}): Promise<Ceilings> {
  const { measureCeilings } = await import("./measureCeilings.ts");
  return measureCeilings(options);
}

/**
 * What can be read in a second where a thread's stretch is so long: the rate of the longest measured one that is no
 * longer.
 */
export function readRate({ reads }: Ceilings, bytes: number): number {
  return (reads.findLast((rate) => rate.bytes <= bytes) ?? reads[0]).gbps;
}
