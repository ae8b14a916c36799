/** @file The workers' jobs: everything that takes longer than a frame. */
import { bits } from "./bits.ts";
import { classify, classifyPhoto } from "./classify.ts";
import { dropped, type Loaded, type Source } from "./dropped.ts";
import { film } from "./film.ts";
import { look } from "./look.ts";
import { ceilings, profile, timeBlock } from "./measure.ts";

/** Reads a dropped network. The page gets everything but the model. */
async function load(source: Source): Promise<Loaded> {
  const { model: _, ...loaded } = await dropped(source);
  return loaded;
}

/** Jobs that the user waits for while drawing or clicking. */
const QUICK = { film, classifyPhoto, load, look };

/** Jobs that measure: in a separate worker, one after the other, so that no two compete for a processor. */
const MEASURING = { classify, timeBlock, profile, ceilings, bits };

export const JOBS = { ...QUICK, ...MEASURING };

export type Jobs = typeof JOBS;
export type JobName = keyof Jobs;

export const LANES = ["quick", "measuring"] as const;
export type Lane = (typeof LANES)[number];

export function laneOf(job: JobName): Lane {
  return Object.hasOwn(QUICK, job) ? "quick" : "measuring";
}
