/** @file Packing: kernels are given their weights once, or, if a step says so, in every run. */
import type { Weights } from "../graph/weights.ts";
import type { LayerWeights } from "../kernels/contract/kernels.ts";
import type { Weight } from "../tensor/weight.ts";
import { computed, type Step } from "./schedule.ts";

/** Gives the kernel of a step its weights. */
export type PackInto = (step: number, weights: LayerWeights) => void;

/** The weights of a step by role. */
export function weightsOf({ name, weights: specs }: Step, weights: Weights<Weight>): LayerWeights {
  return Object.fromEntries(
    Object.entries(specs).map(([role, spec]) => {
      const weight = weights.get(spec.name);
      if (weight === undefined) throw new Error(`step ${name} has no ${role}`);
      return [role, weight];
    }),
  );
}

/**
 * The steps that compute something, each with its kernel. Whenever a packing step runs, its kernel gives another kernel
 * the current weights.
 *
 * @param kernelThat makes a kernel from a host function
 */
export function packingKernels<S extends Step, K>(
  all: readonly S[],
  kernelOf: (step: S) => K | null,
  kernelThat: (compute: () => void) => K,
  weights: Weights<Weight>,
  packInto: PackInto,
): { readonly steps: readonly S[]; readonly kernels: readonly K[] } {
  const { steps, kernels } = computed(all, (step): K | null => {
    const { packs } = step;
    if (packs === undefined) return kernelOf(step);
    return kernelThat(() => {
      const i = numbers.get(packs) as number;
      packInto(i, weightsOf(steps[i], weights));
    });
  });
  const numbers = new Map(steps.map(({ name }, i) => [name, i]));
  return { steps, kernels };
}

/** Gives every kernel its weights, except those that a step packs in every run. */
export function packOnce(steps: readonly Step[], weights: Weights<Weight>, packInto: PackInto): void {
  const packedLater = new Set(steps.map(({ packs }) => packs));
  steps.forEach((step, i) => {
    if (step.packs === undefined && !packedLater.has(step.name)) packInto(i, weightsOf(step, weights));
  });
}
