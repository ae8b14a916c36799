/**
 * @file The peak rate of WebAssembly SIMD multiply and add on this machine: all operands in registers, no loads,
 * independent chains of sums. No kernel with separate multiplies and adds can be faster.
 */
import { instantiate } from "../runtime/memory.ts";
import { type Probe, peakProbes } from "./probes.ts";

const ROUNDS = 200_000;

/**
 * Measures the limit of one thread, in about half a second.
 *
 * @returns GFLOP/s of f32x4.mul and f32x4.add together: the best of several mixes
 * @throws CompileError where the engine has no WebAssembly SIMD
 *
 * @example simdLimit() > 0; // true
 */
export function simdLimit(): number {
  return Math.max(...peakProbes(false).map(measure));
}

function measure({ code, flops }: Probe): number {
  const memory = new WebAssembly.Memory({ initial: 1 });
  const run = instantiate({ code }, memory).code as (at: number, from: number, to: number) => void;
  for (let i = 0; i < 20; i++) run(0, 0, ROUNDS / 10); // until the engine has optimized it
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 30; i++) {
    const start = performance.now();
    run(0, 0, ROUNDS);
    best = Math.min(best, performance.now() - start);
  }
  return (ROUNDS * flops) / best / 1e6;
}
