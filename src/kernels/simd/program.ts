/**
 * @file A program: the launches of many kernels as one module, with the order in which they run and their addresses.
 *
 * Everything but the module is plain data, so that workers can be sent it. Launches that follow the rows of an image
 * one after another make one phase: a thread does its share of the rows of all of them, band by band, without a barrier
 * in between.
 */
import { encodeModule } from "../../wasm/module.ts";
import type { Launch } from "./kernel.ts";

/** A call of an exported function: `entry(...addresses, from, to)`. */
export interface Call {
  readonly entry: string;
  readonly addresses: readonly number[];
  /** Units of the function's range per unit of the phase. */
  readonly perUnit: number;
}

/**
 * The work between two barriers. Each thread takes its share of the units and makes every call for one band before
 * starting the next.
 */
export interface Phase {
  readonly units: number;
  readonly band: number;
  readonly calls: readonly Call[];
}

/** A launch with the addresses of its operands. */
export interface AddressedLaunch {
  readonly launch: Launch;
  readonly addresses: readonly number[];
}

/** Launches that make one phase, and the rows of a band where there are several. */
export interface PhaseLaunches {
  readonly launches: readonly AddressedLaunch[];
  readonly bandRows: number;
}

export interface Program {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly phases: readonly Phase[];
}

/** Whether a launch can share a phase with the one before it, whose output is its first input. */
export function followsRows(before: Launch, launch: Launch): boolean {
  const [rows, own] = [rowsOf(before), rowsOf(launch)];
  return launch.readsOwnRow === true && rows !== null && rows === own;
}

/** Rows of images that the units of a launch make; null if they do not follow rows. */
export function rowsOf({ units, unitsPerRow }: Launch): number | null {
  return unitsPerRow === undefined ? null : units / unitsPerRow;
}

export function buildProgram(
  groups: readonly PhaseLaunches[],
  memory: { readonly pages: number; readonly shared: boolean },
): Program {
  const entries: Record<string, Launch["func"]> = {};
  let count = 0;
  const phases = groups.map(({ launches, bandRows }): Phase => {
    const calls = launches.map(({ launch, addresses }): Call => {
      const entry = `f${count++}`;
      entries[entry] = launch.func;
      return { entry, addresses, perUnit: launches.length === 1 ? 1 : (launch.unitsPerRow ?? 1) };
    });
    const [first] = launches;
    if (launches.length === 1) return { units: first.launch.units, band: first.launch.units, calls };
    return { units: launches.length === 0 ? 0 : (rowsOf(first.launch) ?? 0), band: bandRows, calls };
  });
  return { bytes: encodeModule(entries, memory), phases };
}
