/** @file The tiers as sessions use them: an executor for networks, and one for their training. */

import type { Rounding } from "../geometry/requantization.ts";
import type { Graph } from "../graph/graph.ts";
import type { IntegerKernels } from "../graph/quantized/integerKernels.ts";
import type { Weights } from "../graph/weights.ts";
import { KERNELS } from "../kernels/alone.ts";
import type { TrainingKernels } from "../kernels/contract/gradients.ts";
import type { Kernel, Kernels, TensorKernel } from "../kernels/contract/kernels.ts";
import type { IntegerKernel, QuantizedKernelSet } from "../kernels/contract/quantized.ts";
import { hasRelaxedSimd, type Precision } from "../kernels/simd/engines.ts";
import { simdKernels } from "../kernels/simd.ts";
import { CHOICES, type Choosable } from "../kernels/tiers.ts";
import { emittedExecutor } from "../runtime/emittedExecutor.ts";
import { type Executor, tensorExecutor } from "../runtime/executor.ts";
import { type NodeStep, type Schedule, scheduleOf, type TapeStep } from "../runtime/schedule.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { Weight } from "../tensor/weight.ts";

export interface ExecutorSettings {
  readonly precision: Precision;
  /** How integers are rounded. */
  readonly rounding: Rounding;
  readonly threads: number;
}

/** A tier that only runs whole networks has no kernels. */
export interface Tier extends Choosable {
  /** Every operation alone, on tensors. */
  readonly kernels: Kernels | null;
  /** The precision that it provides for a requested one. */
  precision(wanted: Precision): Precision;
  /** Prepares a network to be run any number of times. The weights are read before this returns. */
  executor(op: string, graph: Graph, weights: Weights<Weight>, settings: ExecutorSettings): Promise<Executor<NodeStep>>;
  /** The same for training; its kernels are loaded when first needed. */
  trainingExecutor(
    op: string,
    schedule: Schedule<TapeStep>,
    weights: Weights<Weight>,
    settings: Omit<ExecutorSettings, "rounding">,
  ): Promise<Executor<TapeStep>>;
}

/** The tiers, slowest first. */
export const SESSION_TIERS: readonly Tier[] = [
  tensorTier(
    "naive",
    async () => (await import("../kernels/gradients/naive.ts")).naiveTraining,
    async () => (await import("../kernels/quantized/naive.ts")).quantizedNaive,
  ),
  tensorTier(
    "im2col",
    async () => (await import("../kernels/gradients/im2col.ts")).im2colTraining,
    async () => (await import("../kernels/quantized/im2col.ts")).quantizedIm2col,
  ),
  {
    ...CHOICES.simd,
    kernels: KERNELS.simd,
    precision: (wanted) => (wanted === "fast" && hasRelaxedSimd() ? "fast" : "exact"),
    executor: (op, graph, given, { precision, rounding, threads }) => {
      const kernels = simdKernels(precision);
      const load = async () => (await import("../kernels/quantized/simd.ts")).quantizedSimd();
      return withIntegers<Kernel, NodeStep>(op, graph, given, rounding, load, (integers, weights) => {
        const scheduleFor = (images: number): Schedule<NodeStep> => scheduleOf(graph, images);
        const kernelOf = (step: NodeStep): Kernel | null => step.kernel(kernels, integers);
        return emittedExecutor(op, scheduleFor(1), kernelOf, weights, { threads, scheduleFor });
      });
    },
    trainingExecutor: async (op, schedule, weights, { precision, threads }) => {
      const kernels = (await import("../kernels/gradients/simd.ts")).simdTraining(precision);
      return emittedExecutor(op, schedule, (step) => step.kernel(kernels), weights, { threads });
    },
  },
];

/**
 * Makes an executor: at once, or, for a graph with integers, after loading their kernels. Weights have been read when
 * this returns: while kernels load, they are kept as copies.
 *
 * @throws ShapeError for an integer layer whose sums can overflow int32
 */
async function withIntegers<K, S extends NodeStep>(
  op: string,
  graph: Graph,
  weights: Weights<Weight>,
  rounding: Rounding,
  load: () => Promise<QuantizedKernelSet<K>>,
  execute: (integers: IntegerKernels<K> | null, weights: Weights<Weight>) => Executor<S> | Promise<Executor<S>>,
): Promise<Executor<S>> {
  if (!graph.nodes.some(({ quantization }) => quantization)) return execute(null, weights);
  const own = new Map([...weights].map(([name, weight]) => [name, copyOfWeight(weight)]));
  const [{ integerKernels }, { checkAccumulators }, kernels] = await Promise.all([
    import("../graph/quantized/kernels.ts"),
    import("../graph/quantized/accumulators.ts"),
    load(),
  ]);
  checkAccumulators(op, graph, own, rounding);
  return execute(integerKernels(kernels, rounding), own);
}

function copyOfWeight(weight: Weight): Weight {
  return weight instanceof Tensor ? weight.copy() : { ...weight, data: weight.data.slice() };
}

/** A tier in plain TypeScript: one thread, and sums in float64. */
function tensorTier(
  name: "naive" | "im2col",
  training: () => Promise<TrainingKernels<TensorKernel>>,
  quantized: () => Promise<QuantizedKernelSet<IntegerKernel>>,
): Tier {
  const kernels = KERNELS[name];
  return {
    ...CHOICES[name],
    kernels,
    precision: () => "exact",
    executor: (op, graph, given, { rounding }) =>
      withIntegers<TensorKernel | IntegerKernel, NodeStep>(op, graph, given, rounding, quantized, (integers, weights) =>
        tensorExecutor(op, scheduleOf(graph), (step) => step.kernel(kernels, integers), weights),
      ),
    trainingExecutor: async (op, schedule, weights) => {
      const own = await training();
      return tensorExecutor(op, schedule, (step) => step.kernel(own), weights);
    },
  };
}
