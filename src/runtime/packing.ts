/** @file Packing: the weights of kernels as their functions read them, once or in every run. */
import type { Kernel, LayerWeights, Packed } from "../kernels/contract/kernels.ts";
import { type Weights, weightsOf } from "./executor.ts";
import { allocate, allocator } from "./memory.ts";
import { computed, type Step } from "./schedule.ts";

/** Packs the weights of a step into its place in memory. */
export type PackInto = (step: number, weights: LayerWeights) => void;

/**
 * The steps that compute something, each with its kernel. That of a step that packs reads the weights again whenever
 * it runs.
 */
export function packingKernels<S extends Step>(
  all: readonly S[],
  kernelOf: (step: S) => Kernel | null,
  weights: Weights,
  packInto: PackInto,
): { readonly steps: readonly S[]; readonly kernels: readonly Kernel[] } {
  const { steps, kernels } = computed(all, (step): Kernel | null => {
    const { packs } = step;
    if (packs === undefined) return kernelOf(step);
    const compute = (): void => {
      const i = numbers.get(packs) as number;
      packInto(i, weightsOf(steps[i], weights));
    };
    return { kind: "host", compute };
  });
  const numbers = new Map(steps.map(({ name }, i) => [name, i]));
  return { steps, kernels };
}

/** Packs the weights of all steps that no other step packs in every run. */
export function packOnce(steps: readonly Step[], weights: Weights, packInto: PackInto): void {
  const packedLater = new Set(steps.map(({ packs }) => packs));
  steps.forEach((step, i) => {
    if (!packedLater.has(step.name)) packInto(i, weightsOf(step, weights));
  });
}

/** Packs the weights of one kernel at a time into the same memory, for comparison. */
export function packer(op: string, kernels: readonly Kernel[]): (packed: Packed, weights: LayerWeights) => Uint8Array {
  const { take, pages } = allocator();
  const at = take(Math.max(0, ...kernels.map(packedBytesOf)));
  const scratch = take(Math.max(0, ...kernels.map(scratchBytesOf)));
  const memory = allocate(op, pages(op), false);
  return (packed, weights) => {
    const bytes = bytesAt(memory, at, packed.bytes).fill(0);
    packed.write(weights, { memory, at, scratch });
    return bytes;
  };
}

export function bytesAt({ buffer }: WebAssembly.Memory, at: number, bytes: number): Uint8Array {
  return new Uint8Array(buffer, at, bytes);
}

export function packedBytesOf(kernel: Kernel): number {
  return kernel.kind === "host" ? 0 : (kernel.packed?.bytes ?? 0);
}

export function scratchBytesOf(kernel: Kernel): number {
  return kernel.kind === "host" ? 0 : (kernel.scratchBytes ?? 0);
}
