/** @file Measures the ceilings of this machine with emitted code. */

import { hasRelaxedSimd } from "../kernels/simd/engines.ts";
import { allocate, allocator } from "../runtime/memory.ts";
import { pause } from "../runtime/pause.ts";
import { buildProgram, compiled } from "../runtime/program.ts";
import { CONTROL_BYTES } from "../runtime/thread.ts";
import { MAX_THREADS, startThreads, usableThreads } from "../runtime/threads.ts";
import { knownKeys } from "../tensor/errors.ts";
import { checkPatience, PATIENCE, type Patience } from "../tensor/patience.ts";
import { checkInteger } from "../tensor/shape.ts";
import type { Func } from "../wasm/expression.ts";
import { plainLimit } from "./plainLimit.ts";
import { integerProbes, PROBE_BYTES, peakProbes, READ_BYTES, readProbes } from "./probes.ts";

/** Read rate of all threads together while each reads its own working set repeatedly. */
export interface ReadRate {
  /** Of one thread's working set. */
  readonly bytes: number;
  /** Gigabytes per second, all threads together. */
  readonly gbps: number;
}

/** The ceilings of a machine. */
export interface Ceilings {
  readonly threads: number;
  /** GFLOP/s of f32x4.mul and f32x4.add, all threads together. */
  readonly simd: number;
  /** GFLOP/s of f32x4.relaxed_madd, all threads together; null if the engine lacks it. */
  readonly fused: number | null;
  /**
   * The same count for eight-bit integers as the SIMD tier multiplies them: products and sums, all threads together.
   */
  readonly integers: number;
  /** GFLOP/s of plain JavaScript, in float64, on one thread: the tiers without WebAssembly use only one. */
  readonly plain: number;
  /** From the smallest working set, which fits the nearest cache, to one that fits no cache. */
  readonly reads: readonly ReadRate[];
}

/** Options of `machineCeilings`. */
export interface CeilingsOptions extends Patience {
  /** 1 to 64, default 1. */
  readonly threads?: number | undefined;
}

const [KiB, MiB] = [1024, 1024 * 1024];

/** Working sets of one thread. FAR_BYTES, more than caches hold, is that of all threads together. */
const WORKING_SETS = [16 * KiB, 64 * KiB, 256 * KiB, MiB, 4 * MiB, 16 * MiB];
const FAR_BYTES = 192 * MiB;

/** Approximate number of bytes that a thread reads between two clock readings. */
const READ_AT_ONCE = 16 * MiB;

const ROUNDS = 100_000;

/** If the clock is coarser than COARSE_MS, every probe repeats its work OFTENER times as often. */
const [COARSE_MS, OFTENER] = [0.02, 10];

/** Runs of each probe in a row, runs per measurement, and repetitions of all that. */
const REPEATS = 12;
const WINDOW = 4;
const TIMES = 4;

/** See {@link machineCeilings}. */
export async function measureCeilings(options: CeilingsOptions): Promise<Ceilings> {
  const op = "machineCeilings";
  knownKeys(op, options, ["threads", ...PATIENCE]);
  const { signal, onProgress } = checkPatience(op, options);
  const threads = usableThreads(checkInteger(op, "threads", options.threads ?? 1, 1, MAX_THREADS));
  const probes = [
    ...peakProbes(false).map((probe) => ({ ...probe, kind: "simd" })),
    ...(hasRelaxedSimd() ? peakProbes(true) : []).map((probe) => ({ ...probe, kind: "fused" })),
    ...integerProbes().map((probe) => ({ ...probe, kind: "integers" })),
  ];
  const far = Math.floor(FAR_BYTES / threads / READ_BYTES) * READ_BYTES;
  const workingSets = [...WORKING_SETS.filter((bytes) => bytes < far), far]; // each of many threads' share is small

  const { take, pages: pagesFor } = allocator();
  take(CONTROL_BYTES);
  const at = take(PROBE_BYTES); // threads overwrite one another's sums, which are never read
  const base = take(far * threads);
  const pages = pagesFor(op);
  const memory = allocate(op, pages, threads > 1);
  new Float32Array(memory.buffer, at).fill(1); // untouched memory is not mapped yet

  const probe = (func: Func, addresses: readonly number[], units: number) => ({
    launch: { func, operands: [], units },
    addresses: [at, ...addresses],
  });
  const reads = readProbes();
  const times = tickMs() > COARSE_MS ? OFTENER : 1;
  const rounds = ROUNDS * times;
  const passes = (bytes: number): number => Math.max(1, Math.round((READ_AT_ONCE * times) / bytes));
  const kinds = [
    ...probes.map(({ code }) => probe(code, [], rounds * threads)),
    ...reads.flatMap((read) => workingSets.map((bytes) => probe(read, [base, bytes, passes(bytes)], threads))),
  ];
  const runs = kinds.flatMap((kind) => Array.from({ length: REPEATS }, () => kind));
  const program = buildProgram(
    runs.map(({ launch }, i) => [[i, launch]]), // each a phase
    (i) => runs[i].addresses,
    () => 1,
    { pages, shared: threads > 1 },
  );
  const group = await startThreads([await compiled(program)], memory, threads, () => {});
  const best = kinds.map(() => Number.POSITIVE_INFINITY);
  try {
    for (let time = 0; time < TIMES; time++) {
      const ends: number[] = [];
      await group.run(0, () => ends.push(performance.now()));
      kinds.forEach((_, kind) => {
        for (let i = kind * REPEATS; i + WINDOW < (kind + 1) * REPEATS; i++) {
          best[kind] = Math.min(best[kind], (ends[i + WINDOW] - ends[i]) / WINDOW);
        }
      });
      onProgress(time + 1, TIMES);
      await pause();
      signal?.throwIfAborted();
    }
  } finally {
    group.dispose();
  }

  const peak = (kind: string): number =>
    Math.max(...probes.map((probe, i) => (probe.kind === kind ? (rounds * threads * probe.flops) / best[i] / 1e6 : 0)));
  const readMs = (set: number): number =>
    Math.min(...reads.map((_, way) => best[probes.length + way * workingSets.length + set]));
  return {
    threads: group.count,
    simd: peak("simd"),
    fused: hasRelaxedSimd() ? peak("fused") : null,
    integers: peak("integers"),
    plain: plainLimit(),
    reads: workingSets.map((bytes, i) => ({
      bytes,
      gbps: (bytes * passes(bytes) * threads) / readMs(i) / 1e6,
    })),
  };
}

/** The clock's resolution: browsers give 0.1 ms to a page that is not isolated, 5 µs to one that is. */
function tickMs(): number {
  let min = Number.POSITIVE_INFINITY;
  for (let tick = 0; tick < 5; tick++) {
    const before = performance.now();
    let now = before;
    while (now === before) now = performance.now();
    min = Math.min(min, now - before);
  }
  return min;
}
