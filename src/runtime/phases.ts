/**
 * @file From kernels to phases: the work between two barriers.
 *
 * Consecutive launches that go through an image row by row form one phase: each thread computes its share of the rows
 * in all of them, band by band, without a barrier in between.
 */
import type { Kernel, Launch } from "../kernels/contract/kernels.ts";
import { ELEMENT_BYTES } from "../tensor/elementType.ts";
import { sizeOf } from "../tensor/shape.ts";
import type { Step } from "./schedule.ts";

/** A call of an exported function: `entry(...addresses, from, to)`. Plain data, so that it can be sent to workers. */
export interface Call {
  /** The step that it belongs to. */
  readonly step: number;
  readonly entry: string;
  readonly addresses: readonly number[];
  /** Units of the function's range per unit of the phase. */
  readonly perUnit: number;
}

/**
 * The work between two barriers: emitted code, of which each thread takes its share of the units and makes every call
 * for one band before starting the next; or functions of the host, which the first thread calls.
 */
export type Phase =
  | { readonly kind: "emitted"; readonly units: number; readonly band: number; readonly calls: readonly Call[] }
  | { readonly kind: "host"; readonly steps: readonly number[] };

/** A step by its number, and one of its launches; null if the host computes it. */
export type LaunchOfStep = readonly [step: number, launch: Launch | null];

/** The launches of each phase. @param steps those that compute something, each with its kernel */
export function launchesByPhase(
  steps: readonly Step[],
  kernels: readonly Kernel[],
): readonly (readonly LaunchOfStep[])[] {
  const phases: LaunchOfStep[][] = [];
  steps.forEach(({ inputs, packs }, step) => {
    const kernel = kernels[step];
    if (kernel.kind === "host") {
      const phase = phases[phases.length - 1];
      // Packing writes no values, so it needs no barrier.
      const isPacking = phase !== undefined && packs !== undefined && steps[phase[0][0]].packs !== undefined;
      if (isPacking) phase.push([step, null]);
      else phases.push([[step, null]]);
      return;
    }
    kernel.launches.forEach((launch, i) => {
      const phase = phases[phases.length - 1];
      const [before, last] = phase?.[phase.length - 1] ?? [];
      const isNext = before !== undefined && i === 0 && inputs.length === 1 && inputs[0] === steps[before].name;
      if (isNext && last && followsRows(last, launch)) phase.push([step, launch]);
      else phases.push([[step, launch]]);
    });
  });
  return phases;
}

/** Whether a launch can share a phase with the one before it, whose output is its first input. */
function followsRows(before: Launch, launch: Launch): boolean {
  const [rows, own] = [rowsOf(before), rowsOf(launch)];
  return launch.readsOwnRow === true && rows !== null && rows === own;
}

/** Image rows that a launch's units make up; null if its units do not follow rows. */
export function rowsOf({ units, unitsPerRow }: Launch): number | null {
  return unitsPerRow === undefined ? null : units / unitsPerRow;
}

/**
 * Rows of a band.
 *
 * @param bandBytes bytes that the intermediate values of a band may take
 */
export function bandRows(launches: readonly LaunchOfStep[], steps: readonly Step[], bandBytes: number): number {
  const [[, first]] = launches;
  const rows = (first && rowsOf(first)) ?? 1;
  const between = launches.slice(0, -1).reduce((sum, [step]) => sum + bytesOf(steps[step]), 0);
  return Math.max(1, Math.floor((bandBytes * rows) / between));
}

/** Bytes of the value that a step computes. */
function bytesOf({ outputShape, outputType }: Step): number {
  return sizeOf(outputShape) * ELEMENT_BYTES[outputType];
}

/** The first and the last phase in which a step is computed. */
export interface Phases {
  readonly first: number;
  readonly last: number;
}

/**
 * The phases of each step, by its name. A kernel's launches may span several, the first of them shared with the step
 * before it.
 */
export function phasesOfSteps(
  launches: readonly (readonly LaunchOfStep[])[],
  steps: readonly Step[],
): ReadonlyMap<string, Phases> {
  const phases = new Map<string, Phases>();
  launches.forEach((own, phase) => {
    for (const [step] of own) {
      const { name } = steps[step];
      phases.set(name, { first: phases.get(name)?.first ?? phase, last: phase });
    }
  });
  return phases;
}
