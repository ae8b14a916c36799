/** @file How long a run takes: the median of as many as fit into some milliseconds. */

/** @param forMs at least one run is measured, however long it takes; the first run, which warms up, is measured only then */
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
  // A browser's clock ticks in steps of 0.1 ms where the page is not isolated: short runs are averaged, long ones have a median.
  const sum = times.reduce((all, time) => all + time, 0);
  if (sum / times.length < 1) return sum / times.length;
  return times.sort((a, b) => a - b)[times.length >> 1];
}
