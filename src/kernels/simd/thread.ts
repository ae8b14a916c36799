/**
 * @file What one thread of a session does. The function here is sent to workers as text, so it uses nothing from
 * outside.
 */
import type { Phase } from "./program.ts";

/** Bytes at the start of a session's memory in which its threads meet. */
export const CONTROL_BYTES = 256;

export interface Member {
  /** This thread's share of a phase. `done` is told after each call. */
  work(phase: number, done?: (call: number) => void): void;
  /** Says that this thread is done with a phase. */
  arrive(): void;
  /** Whether all threads are, after looking for a moment. */
  wait(): boolean;
  /** The same, but asleep for up to so many milliseconds; a page itself must not. */
  sleep(ms: number): boolean;
  /** Lets the others begin a run. */
  start(): void;
  /** Runs whenever another thread starts a run, for ever. */
  serve(): never;
}

/**
 * @param exports of the session's module, instantiated in this thread
 * @param control the start of its memory, as words
 * @param thread  which one this is, from 0
 * @param looks   at a word before a thread goes to sleep. Waking up takes longer than most phases, so where every thread has a
 *   processor it should not come to that within a run
 */
export function member(
  exports: Readonly<Record<string, unknown>>,
  control: Int32Array,
  phases: readonly Phase[],
  thread: number,
  threads: number,
  looks: number,
): Member {
  // Words far enough apart to lie on cache lines of their own.
  const RUNS = 0; // runs started
  const ARRIVALS = 16; // of all threads at the ends of all phases; may wrap around
  const SLEEPERS = 32; // threads that wait to be woken
  let target = 0; // arrivals when all threads are done with the present phase
  let runs = 0;

  const plan = phases.map(({ units, band, calls }) => ({
    // Rounded up, so that a single unit is the first thread's, whose clock a profile reads.
    from: Math.ceil((units * thread) / threads),
    to: Math.ceil((units * (thread + 1)) / threads),
    band: Math.max(band, 1),
    calls: calls.map(({ entry, addresses, perUnit }) => ({
      run: exports[entry] as (...values: number[]) => void,
      values: [...addresses, 0, 0],
      perUnit,
    })),
  }));

  const work: Member["work"] = (phase, done) => {
    const { from, to, band, calls } = plan[phase];
    for (let begin = from; begin < to; begin += band) {
      const end = Math.min(begin + band, to);
      for (let i = 0; i < calls.length; i++) {
        const { run, values, perUnit } = calls[i];
        values[values.length - 2] = begin * perUnit;
        values[values.length - 1] = end * perUnit;
        run(...values);
        done?.(i);
      }
    }
  };

  const wake = (word: number): void => {
    if (Atomics.load(control, SLEEPERS) > 0) Atomics.notify(control, word);
  };
  const sleepUntil = (word: number, isTime: () => boolean, ms?: number): boolean => {
    Atomics.add(control, SLEEPERS, 1);
    const seen = Atomics.load(control, word);
    // If the word changes between these lines, the wait ends at once: it compares.
    if (!isTime()) Atomics.wait(control, word, seen, ms);
    Atomics.sub(control, SLEEPERS, 1);
    return isTime();
  };
  const look = (isTime: () => boolean): boolean => {
    for (let i = 0; i < looks; i++) if (isTime()) return true;
    return false;
  };

  const allArrived = (): boolean => ((Atomics.load(control, ARRIVALS) - target) | 0) >= 0;
  const arrive = (): void => {
    target = (target + threads) | 0;
    if (((Atomics.add(control, ARRIVALS, 1) + 1) | 0) === target) wake(ARRIVALS);
  };
  const wait = (): boolean => look(allArrived);
  const sleep = (ms?: number): boolean => sleepUntil(ARRIVALS, allArrived, ms);

  const start = (): void => {
    Atomics.add(control, RUNS, 1);
    wake(RUNS);
  };
  const serve = (): never => {
    const isStarted = (): boolean => Atomics.load(control, RUNS) !== runs;
    for (;;) {
      if (!look(isStarted)) while (!sleepUntil(RUNS, isStarted));
      runs = (runs + 1) | 0;
      for (let phase = 0; phase < plan.length; phase++) {
        work(phase);
        arrive();
        if (!wait()) while (!sleep());
      }
    }
  };
  return { work, arrive, wait, sleep, start, serve };
}
