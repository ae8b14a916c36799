/** @file A program: the launches of many kernels as one module, and its phases in the order in which they run. */
import type { Launch } from "../kernels/contract/kernels.ts";
import { encodeModule } from "../wasm/module.ts";
import { type Call, type LaunchOfStep, type Phase, rowsOf } from "./phases.ts";

export interface Program {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly phases: readonly Phase[];
}

/** A program that threads can instantiate. */
export interface Compiled {
  readonly module: WebAssembly.Module;
  readonly phases: readonly Phase[];
}

export async function compiled({ bytes, phases }: Program): Promise<Compiled> {
  return { module: await WebAssembly.compile(bytes), phases };
}

/**
 * @param launches  of each phase
 * @param addresses of a launch's operands
 * @param rowsOfBand of a phase with several launches
 */
export function buildProgram(
  launches: readonly (readonly LaunchOfStep[])[],
  addresses: (step: number, launch: Launch) => readonly number[],
  rowsOfBand: (launches: readonly LaunchOfStep[]) => number,
  memory: { readonly pages: number; readonly shared: boolean },
): Program {
  const entries: Record<string, Launch["func"]> = {};
  let count = 0;
  const call = (step: number, launch: Launch, perUnit: number): Call => {
    const entry = `f${count++}`;
    entries[entry] = launch.func;
    return { step, entry, addresses: addresses(step, launch), perUnit };
  };
  const phases = launches.map((own): Phase => {
    const [[step, first]] = own;
    if (first === null) return { kind: "host", steps: own.map(([step]) => step) };
    const { units } = first;
    if (own.length === 1) return { kind: "emitted", units, band: units, calls: [call(step, first, 1)] };
    const calls = own.flatMap(([step, launch]) => (launch ? [call(step, launch, launch.unitsPerRow ?? 1)] : []));
    return { kind: "emitted", units: rowsOf(first) ?? 0, band: rowsOfBand(own), calls };
  });
  return { bytes: encodeModule(entries, memory), phases };
}
