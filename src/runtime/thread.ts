/**
 * @file What one thread of a session does. The function here is sent to workers as text, so it uses nothing from
 * outside.
 *
 * Threads wait for one another through three words at the start of their memory; a fourth says what to run:
 *
 *   PROGRAM    number to run     the first thread writes it before it starts a run
 *   RUNS       runs started      the first thread adds 1; a worker waits for a number other than the runs it has done
 *   ARRIVALS   at all barriers   each thread adds 1 after each phase, then waits for phases so far · threads
 *   PARKED     threads asleep    whoever starts a run, or arrives last, wakes them if there are any
 *
 *   worker:    wait(RUNS)   work(0)   arrive   wait(ARRIVALS)   work(1)   arrive   wait(ARRIVALS)   …
 *
 * A waiting thread spins briefly, then parks.
 */
import type { Phase } from "./phases.ts";

/** Bytes at the start of a session's memory through which its threads wait for one another. */
export const CONTROL_BYTES = 256;
/** Words from the first to the last. */
const CONTROL_WORDS = 49;

/** @param group 0; 1 for threads that replace others, which may still be reading their words */
export function controlOf(memory: WebAssembly.Memory, group: 0 | 1): Int32Array {
  return new Int32Array(memory.buffer, group * Int32Array.BYTES_PER_ELEMENT, CONTROL_WORDS);
}

export interface Thread {
  /** Does this thread's share of a phase; nothing if the phase is the host's. `done` is called after each call. */
  work(program: number, phase: number, done?: (step: number) => void): void;
  /** Arrives at the barrier: this thread is done with a phase. */
  arrive(): void;
  /** Spins briefly. @returns whether all threads have arrived */
  spin(): boolean;
  /** The same, but parks, for up to `ms` milliseconds; a page's own thread must not. */
  park(ms: number): boolean;
  /** Wakes the others for a run of a program. */
  start(program: number): void;
  /** A worker's main loop: wait for a run, do this thread's share, repeat. Never returns. */
  serve(): never;
}

/**
 * @param programs each with its module's exports, instantiated in this thread
 * @param control see {@link controlOf}
 * @param index   number of this thread, from 0
 * @param spins   polls before a thread parks. Waking takes longer than most phases, so with a core per thread it should
 *   never park within a run
 */
export function thread(
  programs: readonly { readonly phases: readonly Phase[]; readonly exports: Readonly<Record<string, unknown>> }[],
  control: Int32Array,
  index: number,
  threads: number,
  spins: number,
): Thread {
  // Words far enough apart to be on separate cache lines.
  const RUNS = 0; // runs started
  const ARRIVALS = 16; // of all threads at all barriers; may wrap around
  const PARKED = 32; // parked threads
  const PROGRAM = 48; // to run
  let target = 0; // arrivals once all threads have reached the current barrier
  let runs = 0;

  const shares = programs.map(({ phases, exports }) =>
    phases.map((phase) => {
      if (phase.kind === "host") return { from: 0, to: 0, band: 1, calls: [] };
      const { units, band, calls } = phase;
      return {
        // Rounded up, so that a single unit goes to the first thread, whose clock profiles use.
        from: Math.ceil((units * index) / threads),
        to: Math.ceil((units * (index + 1)) / threads),
        band: Math.max(band, 1),
        calls: calls.map(({ step, entry, addresses, perUnit }) => ({
          step,
          run: exports[entry] as (...values: number[]) => void,
          values: [...addresses, 0, 0],
          perUnit,
        })),
      };
    }),
  );

  const work: Thread["work"] = (program, phase, done) => {
    const { from, to, band, calls } = shares[program][phase];
    for (let begin = from; begin < to; begin += band) {
      const end = Math.min(begin + band, to);
      for (let i = 0; i < calls.length; i++) {
        const { step, run, values, perUnit } = calls[i];
        values[values.length - 2] = begin * perUnit;
        values[values.length - 1] = end * perUnit;
        run(...values);
        done?.(step);
      }
    }
  };

  const wake = (word: number): void => {
    if (Atomics.load(control, PARKED) > 0) Atomics.notify(control, word);
  };
  const parkUntil = (word: number, isTime: () => boolean, ms?: number): boolean => {
    Atomics.add(control, PARKED, 1);
    const seen = Atomics.load(control, word);
    // If the word changes between these lines, the wait ends at once: it compares.
    if (!isTime()) Atomics.wait(control, word, seen, ms);
    Atomics.sub(control, PARKED, 1);
    return isTime();
  };
  const spinUntil = (isTime: () => boolean): boolean => {
    for (let i = 0; i < spins; i++) if (isTime()) return true;
    return false;
  };

  const allArrived = (): boolean => ((Atomics.load(control, ARRIVALS) - target) | 0) >= 0;
  const arrive = (): void => {
    target = (target + threads) | 0;
    if (((Atomics.add(control, ARRIVALS, 1) + 1) | 0) === target) wake(ARRIVALS);
  };
  const spin = (): boolean => spinUntil(allArrived);
  const park = (ms?: number): boolean => parkUntil(ARRIVALS, allArrived, ms);

  const start = (program: number): void => {
    Atomics.store(control, PROGRAM, program);
    Atomics.add(control, RUNS, 1);
    wake(RUNS);
  };
  const serve = (): never => {
    const isStarted = (): boolean => Atomics.load(control, RUNS) !== runs;
    for (;;) {
      if (!spinUntil(isStarted)) while (!parkUntil(RUNS, isStarted));
      runs = (runs + 1) | 0;
      const program = Atomics.load(control, PROGRAM);
      for (let phase = 0; phase < shares[program].length; phase++) {
        work(program, phase);
        arrive();
        if (!spin()) while (!park());
      }
    }
  };
  return { work, arrive, spin, park, start, serve };
}
