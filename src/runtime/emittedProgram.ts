/** @file The program of a schedule's steps in one memory: each launch with the addresses of its operands. */

import type { ComputeNumbers, Kernel, Launch } from "../kernels/contract/kernels.ts";
import type { ElementType } from "../tensor/elementType.ts";
import { type Numbers, numbersIn } from "../tensor/numbers.ts";
import type { Shape } from "../tensor/shape.ts";
import { addressesOf } from "./addresses.ts";
import type { MemoryPlan } from "./memoryPlan.ts";
import { bandRows, type LaunchOfStep } from "./phases.ts";
import { buildProgram, type Program } from "./program.ts";
import type { Step } from "./schedule.ts";

/** Where things are in the memory of an executor. */
export interface Layout {
  readonly memory: WebAssembly.Memory;
  readonly pages: number;
  readonly shared: boolean;
  /** Packed weights, by step. */
  readonly packedAt: readonly number[];
  /** Start of the memory plan's block. */
  readonly values: number;
  readonly scratch: number;
}

export interface EmittedProgram {
  readonly program: Program;
  /** The value of that name in memory. */
  valueAt(name: string, shape: Shape): Numbers;
  /** Runs a step that the host computes. */
  compute(step: number): void;
}

/**
 * @param steps     those that compute something, each with its kernel
 * @param launches  of each phase
 * @param types     of the values
 * @param bandBytes bytes that the intermediate values of a band may take
 */
export function emittedProgram(
  steps: readonly Step[],
  kernels: readonly Kernel[],
  launches: readonly (readonly LaunchOfStep[])[],
  plan: MemoryPlan,
  types: ReadonlyMap<string, ElementType>,
  { memory, pages, shared, packedAt, values, scratch }: Layout,
  bandBytes: number,
): EmittedProgram {
  const addressOf = (name: string): number => values + (plan.offsetBytes.get(name) ?? 0);
  const valueAt = (name: string, shape: Shape): Numbers => {
    return numbersIn(memory.buffer, addressOf(name), types.get(name) ?? "float32", shape);
  };
  const addresses = (index: number, launch: Launch): readonly number[] => {
    const { name, inputs } = steps[index];
    const input = (i: number): number => addressOf(inputs[i]);
    return addressesOf(launch, { input, output: addressOf(name), packed: packedAt[index], scratch });
  };
  const hosted = steps.map(({ name, inputs, inputShapes, outputShape }, i) => {
    const kernel = kernels[i];
    if (kernel.kind !== "host") return null;
    const operands = inputs.map((input, j) => valueAt(input, inputShapes[j]));
    const output = valueAt(name, outputShape);
    // Operands have the types that the kernel is made for.
    return () => (kernel.compute as ComputeNumbers)(operands, output);
  });
  const rowsOfBand = (own: readonly LaunchOfStep[]): number => bandRows(own, steps, bandBytes);
  return {
    program: buildProgram(launches, addresses, rowsOfBand, { pages, shared }),
    valueAt,
    compute: (step) => hosted[step]?.(),
  };
}
