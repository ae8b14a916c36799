/**
 * @file A program: the stages of many layers as one module, with the order in which they run and their addresses.
 *
 * Everything but the module is plain data, so that workers can be sent it. Stages that follow the rows of an image one
 * after another make one phase: a thread does its share of the rows of all of them, band by band, and waits for nobody
 * in between.
 */
import { encodeModule } from "../../wasm/module.ts";
import type { Stage } from "./kernel.ts";

/** A call of an exported function: `entry(...addresses, from, to)`. */
export interface Call {
  readonly entry: string;
  readonly addresses: readonly number[];
  /** Units of the function's range per unit of the phase. */
  readonly perUnit: number;
}

/** What threads do between two meetings: each its share of the units, in bands of so many, all calls for a band. */
export interface Phase {
  readonly units: number;
  readonly band: number;
  readonly calls: readonly Call[];
}

/** A stage with the addresses of its operands. */
export interface PlacedStage {
  readonly stage: Stage;
  readonly addresses: readonly number[];
}

/** Stages that make one phase, and the rows of a band where there are several. */
export interface StageGroup {
  readonly stages: readonly PlacedStage[];
  readonly bandRows: number;
}

export interface Program {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly phases: readonly Phase[];
}

/** Whether a stage can share a phase with the one before it, whose output is its first input. */
export function followsRows(before: Stage, stage: Stage): boolean {
  const [rows, own] = [rowsOf(before), rowsOf(stage)];
  return stage.readsOwnRow === true && rows !== null && rows === own;
}

/** Rows of images that the units of a stage make; null if they do not follow rows. */
export function rowsOf({ units, unitsPerRow }: Stage): number | null {
  return unitsPerRow === undefined ? null : units / unitsPerRow;
}

export function buildProgram(
  groups: readonly StageGroup[],
  memory: { readonly pages: number; readonly shared: boolean },
): Program {
  const entries: Record<string, Stage["entry"]> = {};
  let count = 0;
  const phases = groups.map(({ stages, bandRows }): Phase => {
    const calls = stages.map(({ stage, addresses }): Call => {
      const entry = `f${count++}`;
      entries[entry] = stage.entry;
      return { entry, addresses, perUnit: stages.length === 1 ? 1 : (stage.unitsPerRow ?? 1) };
    });
    const [first] = stages;
    if (stages.length === 1) return { units: first.stage.units, band: first.stage.units, calls };
    return { units: stages.length === 0 ? 0 : (rowsOf(first.stage) ?? 0), band: bandRows, calls };
  });
  return { bytes: encodeModule(entries, memory), phases };
}
