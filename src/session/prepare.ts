/** @file From a checked graph and its weights to a network that is packed and can run. */
import type { Rounding } from "../geometry/requantization.ts";
import { folded } from "../graph/foldBatchNorm.ts";
import { fused } from "../graph/fuseActivation.ts";
import type { Graph } from "../graph/graph.ts";
import type { Weights } from "../graph/weights.ts";
import { type AlgorithmChoice, chosen } from "../graph/withAlgorithm.ts";
import type { Precision } from "../kernels/simd/engines.ts";
import type { Weight } from "../tensor/weight.ts";
import { type PackedNetwork, packNetwork, sharedNetwork } from "./packed.ts";
import type { Tier } from "./tiers.ts";

export interface Wanted {
  readonly tier: Tier;
  readonly optimize: boolean;
  readonly precision: Precision;
  readonly rounding: Rounding;
  readonly threads: number;
  readonly algorithm: AlgorithmChoice | undefined;
}

/**
 * Plans and packs a network, or finds one already packed. (A separate function: anything that a session's methods can
 * reach would keep the unpacked weights alive.)
 */
export async function prepareNetwork(
  op: string,
  graph: Graph,
  weights: Weights<Weight>,
  { tier, optimize, precision, rounding, threads, algorithm }: Wanted,
): Promise<PackedNetwork> {
  const optimized = optimize ? folded(graph, weights) : { graph, weights };
  const passed = optimize ? fused(optimized.graph) : graph;
  const planned = algorithm === undefined ? passed : chosen(op, passed, algorithm);
  const settings = { graph: planned, tier: tier.name, precision, rounding, threads };
  const same = sharedNetwork(settings, ({ holds }) => holds?.(optimized.weights) ?? false);
  if (same !== null) return same;
  const executor = await tier.executor(op, planned, optimized.weights, { precision, rounding, threads });
  return packNetwork(executor, settings);
}
