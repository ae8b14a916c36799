/**
 * @file The ceilings of this machine: how many products and sums it does in a second, and how many bytes it reads, from near and
 * from far. What measures them is loaded when somebody asks.
 */
import type { Patience } from "../tensor/patience.ts";

/** What all threads together read from a stretch that each of them reads again and again. */
export interface ReadRate {
  /** Of the stretch of one thread. */
  readonly bytes: number;
  /** Gigabytes per second, all threads together. */
  readonly gbps: number;
}

export interface Ceilings {
  readonly threads: number;
  /** GFLOP/s of f32x4.mul and f32x4.add, all threads together. */
  readonly simd: number;
  /** GFLOP/s of f32x4.relaxed_madd, all threads together; null where the engine has none. */
  readonly fused: number | null;
  /** GFLOP/s of plain JavaScript, in float64. One thread: the tiers without WebAssembly have no more. */
  readonly plain: number;
  /** From the shortest stretch, which the nearest cache holds, to one that no cache holds. */
  readonly reads: readonly ReadRate[];
}

export interface CeilingsOptions extends Patience {
  /** 1 to 64, default 1. */
  readonly threads?: number | undefined;
}

/**
 * Measures the machine, in about a second.
 *
 * @param options `threads`: 1 to 64, default 1. `signal`, `onProgress`
 */
export async function machineCeilings(options: CeilingsOptions = {}): Promise<Ceilings> {
  const { measureCeilings } = await import("./measureCeilings.ts");
  return measureCeilings(options);
}

/** What can be read in a second where a thread's stretch is so long: the rate of the longest measured one that is no longer. */
export function readRate({ reads }: Ceilings, bytes: number): number {
  return (reads.findLast((rate) => rate.bytes <= bytes) ?? reads[0]).gbps;
}
