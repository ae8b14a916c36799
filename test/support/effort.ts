/**
 * How much is tried. `npm test` takes a quarter of what the tests call a run, so that it ends within two minutes;
 * `npm run test:fuzz` ten times it, `npm run test:nightly` five hundred times; SEPARABLE_CASES says any other number.
 */
export const EFFORT = Number(process.env.SEPARABLE_CASES ?? 0.25);

/** Whether what takes seconds is done too. */
export const IS_THOROUGH = EFFORT >= 1;

export const times = (runs: number): number => Math.max(1, Math.round(runs * EFFORT));
