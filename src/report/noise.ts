/** @file Warnings for reports that were measured on a busy machine. */
import type { RooflineRow } from "../measure/roofline.ts";
import { isNoisy, MAX_SPREAD, type Timing } from "../measure/timing.ts";
import { percent } from "./forms/numbers.ts";

/**
 * Returns warnings for timings that are too short for the clock, or too noisy; none if all are good.
 *
 * @param timings by what was timed
 */
export function noiseWarning(timings: readonly (readonly [what: string, timing: Timing])[]): string[] {
  const namesOf = (some: typeof timings): string => [...new Set(some.map(([what]) => what))].join(", ");
  const short = timings.filter(([, { ms }]) => ms === 0);
  const noisy = timings.filter(([, timing]) => timing.ms > 0 && isNoisy(timing));
  const widest = Math.max(...noisy.map(([, { ms, quarter, threeQuarters }]) => (threeQuarters - quarter) / ms));
  const spread = `the middle half of the runs spans up to ${percent(widest, 1)} of the median`;
  return [
    ...(short.length > 0 ? [`Too short to measure: ${namesOf(short)} took less than a tick of this clock.`] : []),
    ...(noisy.length > 0
      ? [`Too noisy to compare: ${namesOf(noisy)}; ${spread} (limit ${percent(MAX_SPREAD, 0)}).`]
      : []),
  ];
}

/** Largest ratio by which consecutive measurements may disagree. */
const SLACK = 1.1;

/** Returns warnings if a layer beat its roof, or if the layers take longer than the whole run; else none. */
export function mismatchWarning(layers: readonly RooflineRow[], layersMs: number, wholeMs: number): string[] {
  const fast = layers.filter(({ share }) => share > SLACK).map(({ name }) => name);
  const again = "measure again on a quiet machine.";
  return [
    ...(fast.length > 0
      ? [
          `Faster than their roofs: ${fast.length} of ${layers.length} layers, ${fast[0]} first. The roofs were measured on a busy machine; ${again}`,
        ]
      : []),
    ...(layersMs > SLACK * wholeMs
      ? [`The layers take longer than the whole run, so something else ran while they were measured; ${again}`]
      : []),
  ];
}
