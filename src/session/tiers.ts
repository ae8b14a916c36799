/** @file The tiers as sessions use them: an executor for networks, and one for their training. */

import type { Graph } from "../graph/graph.ts";
import type { Weights } from "../graph/weights.ts";
import { KERNELS } from "../kernels/alone.ts";
import type { TrainingKernels } from "../kernels/contract/gradients.ts";
import type { Kernel, Kernels, TensorKernel } from "../kernels/contract/kernels.ts";
import { hasRelaxedSimd, type Precision } from "../kernels/simd/engines.ts";
import { simdKernels } from "../kernels/simd.ts";
import { CHOICES, type Choosable } from "../kernels/tiers.ts";
import { emittedExecutor } from "../runtime/emittedExecutor.ts";
import { type Executor, tensorExecutor } from "../runtime/executor.ts";
import { type NodeStep, type Schedule, scheduleOf, type TapeStep } from "../runtime/schedule.ts";

export interface ExecutorSettings {
  readonly precision: Precision;
  readonly threads: number;
}

/** A tier that only runs whole networks has no kernels. */
export interface Tier extends Choosable {
  /** Every operation alone, on tensors. */
  readonly kernels: Kernels | null;
  /** The precision that it provides when one is requested. */
  precision(wanted: Precision): Precision;
  /** Prepares a network to be run any number of times. The weights are read before this returns. */
  executor(op: string, graph: Graph, weights: Weights, settings: ExecutorSettings): Promise<Executor<NodeStep>>;
  /** The same for training; its kernels are loaded when first needed. */
  trainingExecutor(
    op: string,
    schedule: Schedule<TapeStep>,
    weights: Weights,
    settings: ExecutorSettings,
  ): Promise<Executor<TapeStep>>;
}

/** The tiers, slowest first. */
export const SESSION_TIERS: readonly Tier[] = [
  tensorTier("naive", async () => (await import("../kernels/gradients/naive.ts")).naiveTraining),
  tensorTier("im2col", async () => (await import("../kernels/gradients/im2col.ts")).im2colTraining),
  {
    ...CHOICES.simd,
    kernels: KERNELS.simd,
    precision: (wanted) => (wanted === "fast" && hasRelaxedSimd() ? "fast" : "exact"),
    executor: async (op, graph, weights, { precision, threads }) => {
      const kernels = simdKernels(precision);
      const scheduleFor = (images: number): Schedule<NodeStep> => scheduleOf(graph, images);
      const kernelOf = (step: NodeStep): Kernel | null => step.kernel(kernels);
      return emittedExecutor(op, scheduleFor(1), kernelOf, weights, { threads, scheduleFor });
    },
    trainingExecutor: async (op, schedule, weights, { precision, threads }) => {
      const kernels = (await import("../kernels/gradients/simd.ts")).simdTraining(precision);
      return emittedExecutor(op, schedule, (step) => step.kernel(kernels), weights, { threads });
    },
  },
];

/** A tier in plain TypeScript: one thread, and sums in float64. */
function tensorTier(name: "naive" | "im2col", training: () => Promise<TrainingKernels<TensorKernel>>): Tier {
  const kernels = KERNELS[name];
  return {
    ...CHOICES[name],
    kernels,
    precision: () => "exact",
    executor: async (op, graph, weights) =>
      tensorExecutor(op, scheduleOf(graph), (step) => step.kernel(kernels), weights),
    trainingExecutor: async (op, schedule, weights) => {
      const own = await training();
      return tensorExecutor(op, schedule, (step) => step.kernel(own), weights);
    },
  };
}
