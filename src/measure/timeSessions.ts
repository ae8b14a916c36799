/** @file Times sessions against one another, whole and layer by layer. */
import { median } from "../runtime/median.ts";
import { PARKED_MS } from "../runtime/threads.ts";
import type { SessionInputs } from "../session/inputs.ts";
import type { ProfileRow, Session } from "../session/session.ts";
import { everyRound, type Timing, type TimingOptions, timingOf } from "./timing.ts";

export interface SessionTiming extends Timing {
  /** Each layer's median by name, in milliseconds. */
  readonly layers: ReadonlyMap<string, number>;
}

export interface SessionRun {
  readonly session: Session;
  readonly inputs: SessionInputs;
}

/**
 * What to do before a session with several threads is timed after another one, whose workers still spin on the same
 * processors: wait until those are parked, then run once to wake its own. Other sessions need nothing.
 */
export function aloneBefore({ session, inputs }: SessionRun): (() => Promise<unknown>) | undefined {
  if (session.threads === 1) return undefined;
  return async () => {
    await new Promise((resolve) => setTimeout(resolve, PARKED_MS));
    await session.runAll(inputs);
  };
}

/**
 * Times sessions in turns, each on its inputs, and their layers.
 *
 * @returns a timing for each; the total is the sum of the layers
 */
export async function timeSessions(
  runs: readonly SessionRun[],
  options: TimingOptions = {},
): Promise<readonly SessionTiming[]> {
  const measured = runs.map((): (readonly ProfileRow[])[] => []);
  const last: (readonly ProfileRow[])[] = [];
  const tasks = runs.map((run, i) => ({
    before: runs.length > 1 ? aloneBefore(run) : undefined,
    ms: async (): Promise<number> => {
      last[i] = await run.session.profile(run.inputs, { runs: 1, warmup: 0 });
      return last[i].reduce((sum, { ms }) => sum + ms, 0);
    },
  }));
  const totals: (readonly number[])[] = [];
  await everyRound(tasks, options, (times) => {
    totals.push(times);
    for (const [i, rows] of last.entries()) measured[i].push(rows);
  });
  return measured.map((rounds, i) => ({
    ...timingOf(totals.map((times) => times[i])),
    layers: new Map(rounds[0].map(({ name }, layer) => [name, median(rounds.map((rows) => rows[layer].ms))])),
  }));
}
