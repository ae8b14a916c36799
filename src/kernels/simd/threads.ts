/**
 * @file The threads of a session: this one and its workers, which share a memory and meet after each phase.
 */

import type { Program } from "./program.ts";
import { type Member, member } from "./thread.ts";
import { employ, type Hand, isNode, type Job, maySleep } from "./worker.ts";

export const MOST_THREADS = 64;

export interface Team {
  /** Threads that compute: one where no workers can be made. */
  readonly threads: number;
  /**
   * One run. Work is done before this returns, unless a worker takes long: then a promise waits, so that news of its
   * death can get through.
   *
   * @param done told after each call of this thread, with the phase and the call in it
   * @throws Error if a worker has died
   */
  run(done?: (phase: number, call: number) => void): void | Promise<void>;
  /** False when a worker has died, and after `dispose`. */
  isAlive(): boolean;
  dispose(): void;
}

/** How many of the threads asked for there can be; a warning says why there are fewer, or too many. */
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

const warned = new Set<string>();

/** Says it once. */
function warn(message: string): void {
  if (!warned.has(message)) console.warn(`separable: ${message}`);
  warned.add(message);
}

/** @param hosted what this thread does itself at the start of a phase */
export async function createTeam(
  program: Program,
  memory: WebAssembly.Memory,
  threads: number,
  hosted: ReadonlyMap<number, () => void>,
): Promise<Team> {
  const { phases } = program;
  const module = await WebAssembly.compile(program.bytes);
  const { exports } = await WebAssembly.instantiate(module, { env: { memory } });
  const looks = threads > processors() ? LOOKS_OF_MANY : LOOKS;
  const hands = await employAll(threads, (thread) => ({ module, memory, phases, thread, threads, looks }));
  const count = hands.length + 1;
  const me = member(exports, new Int32Array(memory.buffer, 0, 64), phases, 0, count, looks);
  let death: string | null = null;
  const dispose = (): void => {
    for (const hand of hands) hand.terminate();
  };
  for (const hand of hands) {
    hand.onDeath = (reason) => {
      death ??= reason;
      dispose();
    };
  }

  const checkAlive = (): void => {
    if (death !== null) throw new Error(`a thread of the session has ended (${death}); make a new session`);
  };
  const from = (first: number, done?: (phase: number, call: number) => void): void | Promise<void> => {
    for (let phase = first; phase < phases.length; phase++) {
      const layer = hosted.get(phase);
      if (layer) {
        layer();
        done?.(phase, 0);
      }
      me.work(phase, done && ((call) => done(phase, call)));
      if (count > 1) {
        me.arrive();
        if (!meet(me)) return later(phase, done);
      }
    }
  };
  const later = async (phase: number, done?: (phase: number, call: number) => void): Promise<void> => {
    for (const hand of hands) hand.hold(true);
    try {
      do {
        await new Promise((resolve) => setTimeout(resolve));
        checkAlive();
      } while (!meet(me));
    } finally {
      for (const hand of hands) hand.hold(false);
    }
    return from(phase + 1, done);
  };
  return {
    threads: count,
    run: (done) => {
      checkAlive();
      if (count > 1) me.start();
      return from(0, done);
    },
    isAlive: () => death === null,
    dispose: () => {
      death ??= "it was disposed";
      dispose();
    },
  };
}

/** Workers for all threads but this one, ready; none of them if one cannot be made, and a warning says why. */
async function employAll(threads: number, jobOf: (thread: number) => Job): Promise<readonly Hand[]> {
  const hands: Hand[] = [];
  try {
    for (let thread = 1; thread < threads; thread++) hands.push(employ(jobOf(thread)));
    await Promise.all(hands.map(({ ready }) => ready));
    return hands;
  } catch (error) {
    for (const hand of hands) hand.terminate();
    warn(`no worker could be made (${(error as Error).message}); one thread computes`);
    return [];
  }
}

/** A millisecond or so; and less where threads have to share processors, and looking keeps another one from working. */
const LOOKS = 500_000;
const LOOKS_OF_MANY = 2_000;

/** Milliseconds for which this thread waits at a stretch. */
const PATIENCE_MS = 50;

/** Waits until all are done with a phase, for a while. */
function meet(me: Member): boolean {
  const end = performance.now() + PATIENCE_MS;
  let isDone = me.wait();
  while (!isDone && performance.now() < end) isDone = maySleep ? me.sleep(PATIENCE_MS) : me.wait();
  return isDone;
}
