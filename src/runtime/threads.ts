/** @file The threads of a session: this one and its workers, which share a memory and a barrier after each phase. */

import { warn } from "../tensor/warn.ts";
import type { Compiled } from "./program.ts";
import { controlOf, type Thread, thread } from "./thread.ts";
import { isNode, type Job, mayPark, startWorker, type WorkerThread } from "./worker.ts";

export const MAX_THREADS = 64;

type Done = (step: number) => void;

export interface Threads {
  /** Threads that compute: 1 if no workers can be started. */
  readonly count: number;
  /**
   * One run of a program. Returns when the work is done. If a worker is slow, returns a promise instead, so that a
   * crash of the worker can be reported.
   *
   * @param done called after each call of this thread and each function of the host, with the step
   * @throws Error if a worker has ended
   */
  run(program: number, done?: Done): void | Promise<void>;
  /** False when a worker has ended, and after `dispose`. */
  isAlive(): boolean;
  dispose(): void;
}

/** How many of the requested threads can run; a warning says why there are fewer, or too many. */
export function usableThreads(wanted: number): number {
  if (wanted === 1) return 1;
  if (typeof SharedArrayBuffer === "undefined" || globalThis.crossOriginIsolated === false) {
    warn(
      "threads need a page that is isolated, by the headers Cross-Origin-Opener-Policy: same-origin and " +
        "Cross-Origin-Embedder-Policy: require-corp; one thread computes",
    );
    return 1;
  }
  const here = processors();
  if (wanted > here) warn(`${wanted} threads on ${here} processors wait for one another; ${here} are faster`);
  return wanted;
}

function processors(): number {
  return isNode ? process.getBuiltinModule("node:os").availableParallelism() : navigator.hardwareConcurrency;
}

/**
 * @param compute runs a step that the host computes
 * @param group   1 for threads that replace others in the same memory
 */
export async function startThreads(
  programs: readonly Compiled[],
  memory: WebAssembly.Memory,
  wanted: number,
  compute: (step: number) => void,
  group: 0 | 1 = 0,
): Promise<Threads> {
  const instantiated = programs.map(async ({ module, phases }) => {
    return { phases, exports: (await WebAssembly.instantiate(module, { env: { memory } })).exports };
  });
  const own = await Promise.all(instantiated);
  const spins = wanted > processors() ? SPINS_OF_MANY : SPINS;
  const control = controlOf(memory, group);
  const workers = await startWorkers(wanted, { programs, memory, control, threads: wanted, spins });
  const count = workers.length + 1;
  const first = thread(own, control, 0, count, spins);
  let exit: string | null = null;
  const dispose = (): void => {
    for (const worker of workers) worker.terminate();
  };
  for (const worker of workers) {
    worker.onExit = (reason) => {
      exit ??= reason;
      dispose();
    };
  }

  const checkAlive = (): void => {
    if (exit !== null) throw new Error(`a thread of the session has ended (${exit}); make a new session`);
  };
  const work = (program: number, index: number, done?: Done): void => {
    const phase = programs[program].phases[index];
    if (phase.kind === "host") {
      for (const step of phase.steps) {
        compute(step);
        done?.(step);
      }
    }
    first.work(program, index, done);
    if (count > 1) first.arrive();
  };
  const isPassed = (): boolean => count === 1 || barrier(first);
  /** Finishes a run after a phase that this thread has done: like the loop in `run`, but lets the event loop run. */
  const finish = async (program: number, reached: number, done?: Done): Promise<void> => {
    const { phases } = programs[program];
    for (const worker of workers) worker.keepAlive(true);
    try {
      for (let phase = reached; ; work(program, phase, done)) {
        while (!isPassed()) {
          await new Promise((resolve) => setTimeout(resolve));
          checkAlive();
        }
        if (++phase === phases.length) return;
      }
    } finally {
      for (const worker of workers) worker.keepAlive(false);
    }
  };
  return {
    count,
    run: (program, done) => {
      checkAlive();
      const { length } = programs[program].phases;
      // A program without phases has no barrier: a worker could miss its run.
      if (count > 1 && length > 0) first.start(program);
      for (let phase = 0; phase < length; phase++) {
        work(program, phase, done);
        if (!isPassed()) return finish(program, phase, done);
      }
      return undefined;
    },
    isAlive: () => exit === null,
    dispose: () => {
      exit ??= "it was disposed";
      dispose();
    },
  };
}

/** Starts workers for all threads but this one. If one cannot be started, returns none; a warning says why. */
async function startWorkers(threads: number, job: Omit<Job, "index">): Promise<readonly WorkerThread[]> {
  const workers: WorkerThread[] = [];
  try {
    for (let index = 1; index < threads; index++) workers.push(startWorker({ ...job, index }));
    await Promise.all(workers.map(({ ready }) => ready));
    return workers;
  } catch (error) {
    for (const worker of workers) worker.terminate();
    warn(`no worker could be made (${(error as Error).message}); one thread computes`);
    return [];
  }
}

/** About a millisecond of polls; fewer if threads outnumber processors: a spinning one keeps another from working. */
const SPINS = 500_000;
const SPINS_OF_MANY = 2_000;

/** Milliseconds after which idle workers are parked, with a margin. */
export const PARKED_MS = 4;

/** Milliseconds for which this thread waits before it yields to the event loop. */
const PATIENCE_MS = 50;

/** Waits at the barrier, up to {@link PATIENCE_MS}. @returns whether all threads have arrived */
function barrier(first: Thread): boolean {
  const end = performance.now() + PATIENCE_MS;
  let isPassed = first.spin();
  while (!isPassed && performance.now() < end) isPassed = mayPark ? first.park(PATIENCE_MS) : first.spin();
  return isPassed;
}
