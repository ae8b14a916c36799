/** @file Two networks compared: what `separable compare --json` prints, and what its report is made from. */
import { costOf, type Totals } from "../../analysis/analyze.ts";
import { type BlockSaving, type Savings, savingsOf } from "../../analysis/savings.ts";
import type { ConvAlgorithm } from "../../geometry/winograd.ts";
import { TIERS, type TierName } from "../../kernels/tiers.ts";
import type { Timing } from "../../measure/timing.ts";
import type { Shape } from "../../tensor/shape.ts";
import { type CheckedNetwork, weightsWords } from "../network.ts";
import { type Measured, measuredHere } from "../origin.ts";

/** Two networks, block by block. Survives a round trip through JSON. */
export interface Comparison extends Measured {
  readonly first: ComparedNetwork;
  readonly second: ComparedNetwork;
  /** Products of the second / products of the first (MACs, except with Winograd's method); null if either has none. */
  readonly promised: number | null;
  /** Whether the second network is the first one's twin of standard convolutions. */
  readonly areTwins: boolean;
  readonly blocks: readonly ComparedBlock[];
  /** What was measured, slowest tier first. */
  readonly tiers: readonly TierTimes[];
  readonly seed: number;
  /** The weights that were used: "random weights of seed 1". */
  readonly weights: string;
}

/** The counts of one of two networks. */
export interface ComparedNetwork extends Totals {
  readonly name: string;
}

/** Corresponding layers of both networks, or those of one without a counterpart. */
export interface ComparedBlock extends Omit<BlockSaving, "first" | "second"> {
  /** Names of the layers. */
  readonly first: readonly string[];
  readonly second: readonly string[];
  /** How the second network computes it. */
  readonly algorithm: ConvAlgorithm;
  /** Shape of the last layer's output, for one image: the second network's if both have one. */
  readonly output: Shape;
  /** In the order of {@link Comparison.tiers}. */
  readonly tiers: readonly BlockTimes[];
}

/** One network on one tier: its runs, and the time that the ceilings allow, in milliseconds. */
export interface NetworkTimes extends Timing {
  readonly roofMs: number;
}

/** Both networks on one tier. */
export interface TierTimes {
  readonly tier: TierName;
  readonly first: NetworkTimes;
  readonly second: NetworkTimes;
  /** Roof of the second / roof of the first: the saving that the machine's ceilings predict. */
  readonly roofline: number | null;
  /** Time of the second / time of the first. */
  readonly arrived: number | null;
}

/** A block on one tier, in milliseconds; 0 if a network has no such layers. */
export interface BlockTimes {
  readonly tier: TierName;
  readonly firstMs: number;
  readonly secondMs: number;
  readonly firstRoofMs: number;
  readonly secondRoofMs: number;
  readonly roofline: number | null;
  readonly arrived: number | null;
}

/** Two networks to be compared, and their counts. */
export interface NetworkPair {
  readonly networks: readonly [CheckedNetwork, CheckedNetwork];
  readonly counted: Savings;
}

export function pairOf(first: CheckedNetwork, second: CheckedNetwork): NetworkPair {
  const [a, b] = [first, second].map(({ graph }) => ({ graph, analysis: costOf(graph) }));
  return { networks: [first, second], counted: savingsOf(a, b) };
}

/** Counts without times. */
export function countedComparison({ networks, counted }: NetworkPair, seed: number): Comparison {
  const { first, second, blocks } = counted;
  const changed = blocks.filter(({ firstMacs, secondMacs }) => firstMacs !== secondMacs);
  return {
    first: { name: first.graph.name, ...first.analysis.total },
    second: { name: second.graph.name, ...second.analysis.total },
    promised: quotient(second.analysis.total.products, first.analysis.total.products),
    areTwins: changed.length > 0 && changed.every((block) => block.areTwins),
    blocks: blocks.map(({ first: own, second: others, ...block }) => ({
      ...block,
      first: own.map(({ name }) => name),
      second: others.map(({ name }) => name),
      algorithm: others.find(({ algorithm }) => algorithm !== "direct")?.algorithm ?? "direct",
      output: [...own, ...others][own.length + others.length - 1].outputShape.slice(1),
      tiers: [],
    })),
    tiers: [],
    seed,
    weights: weightsWords(networks, seed),
    ...measuredHere(),
  };
}

/** Adds the measurements of a tier, in tier order. */
export function withTier(comparison: Comparison, times: TierTimes, blocks: readonly BlockTimes[]): Comparison {
  const inOrder = <T extends { readonly tier: TierName }>(all: readonly T[]): readonly T[] =>
    [...all].sort((a, b) => TIERS.indexOf(a.tier) - TIERS.indexOf(b.tier));
  return {
    ...comparison,
    blocks: comparison.blocks.map((block, i) => ({ ...block, tiers: inOrder([...block.tiers, blocks[i]]) })),
    tiers: inOrder([...comparison.tiers, times]),
  };
}

/** null if one network has no such layers. */
export function quotient(second: number, first: number): number | null {
  return first > 0 && second > 0 ? second / first : null;
}
