/**
 * @file How long a run takes, and each layer of it, by a browser's clock, which ticks in steps of 5 µs, or of 0.1 ms
 * where the page is not isolated.
 */

import type { ProfileRow, Session, Tensor } from "../../../src/index.ts";
import { median } from "../../../src/runtime/median.ts";

/** Milliseconds of a batch of runs: many ticks of any clock. A run that takes longer is a batch of its own. */
const BATCH_MS = 4;

/** Batches that there should be, and milliseconds after which there need not. */
const [BATCHES, PATIENCE_MS] = [12, 1500];

/** Runs before them: the first compiles code, wakes threads and fills caches. */
const WARM = { runs: 3, ms: 100 } as const;

/** A number in the middle half of its measurements, between its quartiles. */
export interface Spread {
  readonly ms: number;
  readonly quarter: number;
  readonly threeQuarters: number;
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))];
  return { ms: median(sorted), quarter: at(0.25), threeQuarters: at(0.75) };
}

/** A share of them: those that nothing else on the machine has held up. */
function fastest<T extends { readonly ms: number }>(batches: readonly T[], share: number): readonly T[] {
  return [...batches].sort((a, b) => a.ms - b.ms).slice(0, Math.ceil(batches.length * share));
}

/** Runs until a batch is full. @returns the mean of its runs */
async function batchOf<T>(run: () => Promise<T>): Promise<{ readonly ms: number; readonly results: readonly T[] }> {
  const start = performance.now();
  const results: T[] = [];
  do results.push(await run());
  while (performance.now() - start < BATCH_MS);
  return { ms: (performance.now() - start) / results.length, results };
}

async function warmUp(run: () => Promise<unknown>): Promise<void> {
  const begin = performance.now();
  for (let i = 0; i < WARM.runs && performance.now() - begin < WARM.ms; i++) await run();
}

/**
 * Milliseconds of a run: the median of the fastest quarter of its batches. Threads that wait for one another are held up
 * by anything else that runs, more often than not.
 */
export async function timeOf(run: () => Promise<unknown>, forMs: number): Promise<number> {
  await warmUp(run);
  const begin = performance.now();
  const elapsed = (): number => performance.now() - begin;
  const batches: { readonly ms: number }[] = [];
  do batches.push(await batchOf(run));
  while (elapsed() < forMs || (batches.length < BATCHES && elapsed() < PATIENCE_MS));
  return median(fastest(batches, 0.25).map(({ ms }) => ms));
}

/** A layer: its mean, and where the middle half of the batches lies. */
export type LayerTime = Spread & { readonly name: string };

/** One run, layer by layer. */
type Layers = readonly ProfileRow[];

/**
 * Each layer's mean over the faster half of batches of runs, as many as fit into some milliseconds. A layer, and a
 * small network too, may take less than a tick: a mean sees it, because ticks fall into it the more often the longer it
 * is.
 *
 * @param tell how far it is, 0 to 1
 */
export async function profileOf(
  session: Session,
  input: Tensor,
  forMs: number,
  tell: (share: number) => void,
): Promise<readonly LayerTime[]> {
  const begin = performance.now();
  const elapsed = (): number => performance.now() - begin;
  const batches: { readonly ms: number; readonly layers: readonly number[] }[] = [];
  const share = teller(tell, BATCHES);
  let rows: Layers = [];
  do {
    const { results } = await batchOf(() =>
      session.profile(input, {
        runs: 1,
        warmup: 0,
        onProgress: (done) => share((batches.length + done) / BATCHES, elapsed() / PATIENCE_MS),
      }),
    );
    rows = results[0];
    const layers = rows.map((_, i) => results.reduce((sum, run) => sum + run[i].ms, 0) / results.length);
    batches.push({ ms: layers.reduce((sum, ms) => sum + ms, 0), layers });
  } while (elapsed() < forMs || (batches.length < BATCHES && elapsed() < PATIENCE_MS));
  const best = fastest(batches, 0.5);
  return rows.map(({ name }, i) => {
    const values = best.map(({ layers }) => layers[i]);
    return { ...spreadOf(values), name, ms: values.reduce((sum, ms) => sum + ms, 0) / values.length };
  });
}

/** Milliseconds between two shares that are told. */
const BEAT_MS = 100;

/**
 * Tells how far a measurement is, not too often: by its batches, or by its time if that is further. Of a run that takes
 * longer than all time there is, only the first batch is ever made, and its layers are what can be told.
 */
function teller(tell: (share: number) => void, count: number): (batches: number, time: number) => void {
  let last = 0;
  return (batches, time) => {
    if (performance.now() - last < BEAT_MS) return;
    last = performance.now();
    tell(Math.min(1, Math.max(batches, Math.min(time, batches * count))));
  };
}

/**
 * Sessions in turns, so that what holds the machine up holds all of them up alike.
 *
 * @returns of each session the whole, and each of its layers
 */
export async function inTurns(
  sessions: readonly Session[],
  input: Tensor,
  forMs: number,
  tell: (share: number) => void,
): Promise<readonly (readonly Spread[])[]> {
  const profiled = async (session: Session): Promise<readonly number[]> => {
    const { results } = await batchOf(() => session.profile(input, { runs: 1, warmup: 0 }));
    const layers = results[0].map((_, i) => results.reduce((sum, run) => sum + run[i].ms, 0) / results.length);
    return [layers.reduce((sum, ms) => sum + ms, 0), ...layers];
  };
  for (const session of sessions) await warmUp(() => session.run(input));
  const rounds: (readonly (readonly number[])[])[] = [];
  const share = teller(tell, ROUNDS);
  const begin = performance.now();
  const elapsed = (): number => performance.now() - begin;
  do {
    const round: (readonly number[])[] = [];
    for (const session of sessions) round.push(await profiled(session));
    rounds.push(round);
    share(rounds.length / ROUNDS, elapsed() / PATIENCE_MS);
  } while (elapsed() < forMs || (rounds.length < ROUNDS && elapsed() < PATIENCE_MS));
  return sessions.map((_, s) => rounds[0][s].map((_, part) => spreadOf(rounds.map((round) => round[s][part]))));
}

/** Rounds that there should be: quartiles need some. */
const ROUNDS = 15;
