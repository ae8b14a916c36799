/** @file From a checked graph and its weights to a network that is packed and can run. */
import type { Tier } from "../kernels/index.ts";
import type { KernelSet, Kernels } from "../kernels/kernels.ts";
import type { Precision } from "../kernels/simd/engines.ts";
import { simdKernels } from "../kernels/simd.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { emittedExecutor } from "./emittedExecutor.ts";
import { tensorExecutor } from "./executor.ts";
import { folded } from "./foldBatchNorm.ts";
import { fused } from "./fuseActivation.ts";
import { type Graph, type GraphNode, isLinear } from "./graph.ts";
import { kernelOf } from "./kernelOf.ts";
import { type PackedNetwork, packNetwork, sharedNetwork } from "./packedNetwork.ts";
import { scheduleOf } from "./schedule.ts";
import type { Weights } from "./weights.ts";

export interface Wanted {
  readonly tier: Tier;
  readonly kernels: Kernels;
  readonly optimize: boolean;
  readonly precision: Precision;
  readonly threads: number;
}

/**
 * Plans and packs a network, or finds one already packed. (A separate function: anything that a session's methods can
 * reach would keep the unpacked weights alive.)
 */
export async function prepareNetwork(
  op: string,
  graph: Graph,
  weights: Weights,
  { tier, kernels, optimize, precision, threads }: Wanted,
): Promise<PackedNetwork> {
  const optimized = optimize ? folded(graph, weights) : { graph, weights };
  const planned = optimize ? fused(optimized.graph) : graph;
  const schedule = scheduleOf(planned);
  /** Kernels that do not pack weights read them in place, so they get a private copy. */
  const weightOf = (node: GraphNode, role: string): Tensor | null => {
    const name = node.weights[role]?.name;
    const weight = optimized.weights.get(name) ?? null;
    const isPacked = tier === "simd" || (tier === "im2col" && isLinear(node));
    return !isPacked && weight !== null && weight === weights.get(name) ? weight.copy() : weight;
  };
  const kernelsOf =
    <K>(tierKernels: KernelSet<K>) =>
    (node: GraphNode): K | null =>
      kernelOf(tierKernels, node, (role) => weightOf(node, role));
  const simdKernelOf = kernelsOf(simdKernels(precision));
  const settings = { graph: planned, precision, threads };
  if (tier !== "simd") return packNetwork(tensorExecutor(op, schedule, kernelsOf(kernels)), settings);
  const same = sharedNetwork(settings, ({ packed }) => packed?.holds(simdKernelOf) ?? false);
  return same ?? packNetwork(await emittedExecutor(op, schedule, simdKernelOf, threads), settings);
}
