/**
 * @file Times a run and each of its layers with the browser's clock, which ticks in steps of 5 µs, or of 0.1 ms if the
 * page is not isolated.
 */

import type { ProfileRow, Session, Tensor } from "../../../src/index.ts";
import { median } from "../../../src/runtime/median.ts";

/** Milliseconds per batch of runs: many ticks of any clock. A run that takes longer is a batch by itself. */
const BATCH_MS = 4;

/** The wanted number of batches, and the milliseconds after which fewer are enough. */
const [BATCHES, PATIENCE_MS] = [12, 1500];

/** Warm-up runs: the first compiles code, wakes threads and fills caches. */
const WARM = { runs: 3, ms: 100 } as const;

/** The central value of measurements, and their quartiles. */
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

/** The given share of the batches, fastest first: those that other work on the machine has delayed least. */
function fastest<T extends { readonly ms: number }>(batches: readonly T[], share: number): readonly T[] {
  return [...batches].sort((a, b) => a.ms - b.ms).slice(0, Math.ceil(batches.length * share));
}

/** Repeats the run until a batch is full. @returns the mean time of its runs, and their results */
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
 * Milliseconds per run: the median of the fastest quarter of its batches. Threads that wait for one another are usually
 * delayed by anything else that runs.
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

/** A layer's mean time, and the quartiles of its batches. */
export type LayerTime = Spread & { readonly name: string };

/** One run, layer by layer. */
type Layers = readonly ProfileRow[];

/**
 * Each layer's mean over the faster half of the batches that fit into `forMs`. A layer, or a small network, may take
 * less than a tick of the clock. A mean still measures it: the longer it takes, the more often a tick falls into it.
 *
 * @param tell called with the progress, 0 to 1
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

/** Milliseconds between two reports of progress. */
const BEAT_MS = 100;

/**
 * Reports a measurement's progress, at limited rate: by batches, or by time if that is further along. A run that takes
 * longer than the whole time limit has only one batch, whose layers then count as progress.
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
 * Measures sessions in turn, so that anything that slows the machine slows all of them alike.
 *
 * @returns for each session the whole run, then each of its layers
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

/** The wanted number of rounds: quartiles need several. */
const ROUNDS = 15;
