/**
 * @file How long a run takes, and each layer of it, by a browser's clock, which ticks in steps of 5 µs, or of 0.1 ms
 * where the page is not isolated.
 */

import type { ProfileRow, Session, Tensor } from "../../../src/index.ts";
import { median } from "../../../src/runtime/median.ts";

/**
 * @param forMs at least one run is measured, however long it takes; the first run, which warms up, is measured only
 *   then
 */
export async function timeOf(run: () => Promise<unknown>, forMs: number): Promise<number> {
  const begin = performance.now();
  await run();
  const first = performance.now() - begin;
  if (first >= forMs) return first;
  const times: number[] = [];
  do {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  } while (performance.now() - begin < forMs);
  // Short runs are averaged, because ticks have no finer median; long ones have a median.
  const sum = times.reduce((all, time) => all + time, 0);
  if (sum / times.length < 1) return sum / times.length;
  return median(times);
}

export type LayerTime = Pick<ProfileRow, "name" | "ms">;

/**
 * Batches that there should be, for code that is fast only when it has run for a while; milliseconds after which there
 * need not.
 */
const [BATCHES, PATIENCE_MS] = [4, 2000];

/** Milliseconds of a batch: many ticks of any clock. */
const BATCH_MS = 8;

/**
 * Each layer's mean over the faster half of batches of runs, as many as fit into some milliseconds. A layer, and a
 * small network too, may take less than a tick: a mean sees it, because ticks fall into it the more often the longer it
 * is. The slower half is left out because the machine did something else there.
 */
export async function profileOf(session: Session, input: Tensor, forMs: number): Promise<readonly LayerTime[]> {
  const begin = performance.now();
  const elapsed = (): number => performance.now() - begin;
  const batches: { readonly ms: number; readonly layers: readonly number[] }[] = [];
  let rows: readonly ProfileRow[];
  do {
    const start = performance.now();
    const sums: number[] = [];
    let runs = 0;
    do {
      rows = await session.profile(input, { runs: 1, warmup: 0 });
      rows.forEach(({ ms }, i) => {
        sums[i] = (sums[i] ?? 0) + ms;
      });
      runs++;
    } while (performance.now() - start < BATCH_MS);
    const layers = sums.map((sum) => sum / runs);
    batches.push({ ms: layers.reduce((all, ms) => all + ms, 0), layers });
  } while (elapsed() < forMs || (batches.length < BATCHES && elapsed() < PATIENCE_MS));
  const faster = batches.sort((a, b) => a.ms - b.ms).slice(0, Math.ceil(batches.length / 2));
  return rows.map(({ name }, i) => ({
    name,
    ms: faster.reduce((sum, { layers }) => sum + layers[i], 0) / faster.length,
  }));
}
