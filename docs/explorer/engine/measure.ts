/** @file Measures a block by two routes and its best rival, a network layer by layer, and the machine's ceilings. */
import {
  type AlgorithmChoice,
  type Ceilings,
  type Graph,
  graphBuilder,
  machineCeilings,
  random,
  randomTensor,
  randomWeights,
  Session,
  type TierName,
} from "../../../src/index.ts";
import { networkOf, type Which } from "./dropped.ts";
import { inTurns, type LayerTime, profileOf, type Spread } from "./timing.ts";
import { tiersHere, type Way } from "./ways.ts";

export interface Block {
  readonly kernel: number;
  readonly inputs: number;
  readonly outputs: number;
  readonly resolution: number;
}

/** Milliseconds for a block on one tier. */
export interface BlockTime {
  readonly tier: TierName;
  readonly standard: Spread;
  /** The same convolution by Winograd's method, where that applies. */
  readonly best: Spread | null;
  readonly depthwise: Spread;
  /** Depthwise and pointwise together. */
  readonly separable: Spread;
}

export interface Where extends Way {
  readonly network: Which;
}

export interface Profile {
  readonly rows: readonly LayerTime[];
  readonly graph: Graph;
  readonly backend: TierName;
}

/** Progress of a measurement, 0 to 1. */
export type Share = number;
export type Tell<T> = (news: T) => void;

/** A graph of one standard convolution, or of the depthwise and pointwise convolutions that replace it. */
export function blockGraph({ kernel, inputs, outputs, resolution }: Block, isSeparable: boolean): Graph {
  const g = graphBuilder(isSeparable ? "separable" : "standard", [1, resolution, resolution, inputs]);
  if (!isSeparable) return g.build(g.conv2d(g.input, { outputs, kernel, padding: "same" }));
  return g.build(g.pointwiseConv2d(g.depthwiseConv2d(g.input, { kernel, padding: "same" }), { outputs }));
}

/** Milliseconds for which a block is measured on one tier. */
const MEASURED_MS = 400;

/** From the fastest tier to the slowest. */
export async function timeBlock(block: Block, tell: Tell<BlockTime | Share>): Promise<readonly BlockTime[]> {
  const tiers = [...tiersHere()].reverse();
  const times: BlockTime[] = [];
  for (const [i, tier] of tiers.entries()) {
    const time = await timeOnTier(block, tier, (share) => tell((i + share) / tiers.length));
    times.push(time);
    tell(time);
  }
  return times;
}

async function timeOnTier(block: Block, tier: TierName, tell: Tell<Share>): Promise<BlockTime> {
  const sessionOf = (isSeparable: boolean, algorithm: AlgorithmChoice): Promise<Session> => {
    const graph = blockGraph(block, isSeparable);
    return Session.create(graph, randomWeights(graph, 1), { backend: tier, algorithm });
  };
  const standard = await sessionOf(false, "direct");
  const best = await sessionOf(false, "best");
  const separable = await sessionOf(true, "direct");
  try {
    const isRival = best.graph.nodes.some((node) => node.op === "conv2d" && node.algorithm !== undefined);
    const sessions = isRival ? [standard, best, separable] : [standard, separable];
    const input = randomTensor(separable.graph.input.shape, random(2));
    const spreads = await inTurns(sessions, input, MEASURED_MS, tell);
    const [own] = spreads[0];
    const [whole, depthwise] = spreads[spreads.length - 1];
    return { tier, standard: own, best: isRival ? spreads[1][0] : null, depthwise, separable: whole };
  } finally {
    for (const session of [standard, best, separable]) session.dispose();
  }
}

export async function profile({ network, tier, threads }: Where, tell: Tell<Share>): Promise<Profile> {
  const { graph, weights } = await networkOf(network);
  const session = await Session.create(graph, weights, { backend: tier, threads });
  try {
    const input = randomTensor(graph.input.shape, random(2));
    const rows = await profileOf(session, input, 500, tell);
    return { rows, graph: session.graph, backend: session.backend };
  } finally {
    session.dispose();
  }
}

export function ceilings({ threads }: { readonly threads: number }, tell: Tell<Share>): Promise<Ceilings> {
  return machineCeilings({ threads, onProgress: (done, of) => tell(done / of) });
}
