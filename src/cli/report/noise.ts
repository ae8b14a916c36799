/** @file What a report says where the machine was busy with something else. */
import { isNoisy, MOST_SPREAD, type Timing } from "../../analysis/timing.ts";
import { percent } from "../terminal.ts";

/** A sentence where one of the timings says little; else none. */
export function noiseWarning(timings: readonly Timing[]): string[] {
  const noisy = timings.filter(isNoisy);
  if (noisy.length === 0) return [];
  const widest = Math.max(...noisy.map(({ ms, quarter, threeQuarters }) => (threeQuarters - quarter) / ms));
  return [
    `The machine was too noisy to say: the middle half of the runs is ${percent(widest, 0)} of the median wide, needs at most ${percent(MOST_SPREAD, 0)}.`,
  ];
}
