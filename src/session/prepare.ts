/** @file From a checked graph and its weights to a network that is packed and can run. */
import { folded } from "../graph/foldBatchNorm.ts";
import { fused } from "../graph/fuseActivation.ts";
import type { Graph } from "../graph/graph.ts";
import type { Weights } from "../graph/weights.ts";
import type { Precision } from "../kernels/simd/engines.ts";
import { type PackedNetwork, packNetwork, sharedNetwork } from "./packed.ts";
import type { Tier } from "./tiers.ts";

export interface Wanted {
  readonly tier: Tier;
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
  { tier, optimize, precision, threads }: Wanted,
): Promise<PackedNetwork> {
  const optimized = optimize ? folded(graph, weights) : { graph, weights };
  const planned = optimize ? fused(optimized.graph) : graph;
  const settings = { graph: planned, tier: tier.name, precision, threads };
  const same = sharedNetwork(settings, ({ holds }) => holds?.(optimized.weights) ?? false);
  if (same !== null) return same;
  const executor = await tier.executor(op, planned, optimized.weights, { precision, threads });
  return packNetwork(executor, settings);
}
