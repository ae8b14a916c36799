/** @file Times two networks on a tier, whole and block by block. */
import { sum } from "../../analysis/analyze.ts";
import { CHOICES, type TierName } from "../../kernels/tiers.ts";
import { type Ceilings, machineCeilings } from "../../measure/ceilings.ts";
import { peakOf, roofline } from "../../measure/roofline.ts";
import { type SessionTiming, timeSessions } from "../../measure/timeSessions.ts";
import type { TimingOptions } from "../../measure/timing.ts";
import type { Session } from "../../session/session.ts";
import { type SeededRun, seededRun } from "../network.ts";
import {
  type BlockTimes,
  type Comparison,
  type NetworkPair,
  type NetworkTimes,
  quotient,
  withTier,
} from "./comparison.ts";

export interface MeasureOptions extends Omit<TimingOptions, "warmup"> {
  readonly threads: number;
  readonly ceilings: (threads: number) => Promise<Ceilings>;
}

/** Measures one more tier. */
export async function measureTier(
  comparison: Comparison,
  { networks, counted }: NetworkPair,
  tier: TierName,
  { threads, ceilings: ceilingsFor, ...timing }: MeasureOptions,
): Promise<Comparison> {
  const runs: SeededRun[] = [];
  try {
    for (const network of networks) {
      runs.push(await seededRun(network, comparison.seed, { backend: tier, threads }));
    }
    const ceilings = await ceilingsFor(runs[0].session.threads);
    const timings = await timeSessions(runs, { ...timing, warmup: CHOICES[tier].warmup });
    const [first, second] = runs.map(({ session }, i) => sideOf(session, timings[i], ceilings));
    const blocks = counted.blocks.map((block): BlockTimes => {
      const ms = (layers: typeof block.first, of: ReadonlyMap<string, number>): number =>
        sum(layers, ({ nodes }) => sum(nodes, (name) => of.get(name) ?? 0));
      const [firstMs, secondMs] = [ms(block.first, first.layers), ms(block.second, second.layers)];
      const [firstRoofMs, secondRoofMs] = [ms(block.first, first.roofs), ms(block.second, second.roofs)];
      return {
        tier,
        firstMs,
        secondMs,
        firstRoofMs,
        secondRoofMs,
        roofline: quotient(secondRoofMs, firstRoofMs),
        arrived: quotient(secondMs, firstMs),
      };
    });
    const times = {
      tier,
      first: first.times,
      second: second.times,
      roofline: quotient(second.times.roofMs, first.times.roofMs),
      arrived: quotient(second.times.ms, first.times.ms),
    };
    return withTier(comparison, times, blocks);
  } finally {
    for (const { session } of runs) session.dispose();
  }
}

/** The ceilings of this machine by number of threads, each measured once, on demand. */
export function ceilingsOnce(): (threads: number) => Promise<Ceilings> {
  const measured = new Map<number, Ceilings>();
  return async (threads) => {
    const ceilings = measured.get(threads) ?? (await machineCeilings({ threads }));
    measured.set(threads, ceilings);
    return ceilings;
  };
}

interface Side {
  readonly times: NetworkTimes;
  readonly layers: ReadonlyMap<string, number>;
  /** Milliseconds that the ceilings allow, per layer. */
  readonly roofs: ReadonlyMap<string, number>;
}

function sideOf(session: Session, { layers, ...timing }: SessionTiming, ceilings: Ceilings): Side {
  const rows = roofline(session.graph, layers, ceilings, peakOf(ceilings, session));
  const roofs = new Map(rows.map(({ name, roofMs }) => [name, roofMs]));
  return { times: { ...timing, roofMs: sum(rows, ({ roofMs }) => roofMs) }, layers, roofs };
}
