/**
 * How much is tried. `npm test` takes a quarter of what the tests call a run, so that it ends within two minutes;
 * `npm run test:fuzz` five times it, `npm run test:nightly` five hundred times; SEPARABLE_CASES says any other number.
 */
export const EFFORT = Number(process.env.SEPARABLE_CASES ?? 0.25);

export const times = (runs: number): number => Math.max(1, Math.round(runs * EFFORT));

/** Of files that take milliseconds each: as many in `npm test` as of others, and not many more in longer runs. */
export const timesSlow = (runs: number): number => Math.max(Math.min(1_500, times(runs)), Math.round(times(runs) / 10));

/** Whether what takes seconds is done too. */
export const IS_THOROUGH = EFFORT >= 1;
