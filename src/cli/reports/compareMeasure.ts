/** @file Times two networks on a tier, whole and block by block. */
import { sum } from "../../analysis/analyze.ts";
import type { Savings } from "../../analysis/savings.ts";
import type { Weights } from "../../graph/weights.ts";
import { CHOICES, type TierName } from "../../kernels/tiers.ts";
import type { Ceilings } from "../../measure/ceilings.ts";
import { peakOf, roofline } from "../../measure/roofline.ts";
import { type SessionTiming, timeSessions } from "../../measure/timing.ts";
import type { Session } from "../../session/session.ts";
import type { BlockTimes, Side, TierTimes } from "./compareTables.ts";
import { type SeededRun, seededRun } from "../input/seeded.ts";
import { showRounds } from "../terminal/terminal.ts";

/** Maximum number of rounds, and milliseconds for all rounds of a tier. At least one round is run. */
export const ROUNDS = 15;
export const BUDGET_MS = 6_000;

export interface MeasureOptions {
  readonly threads: number;
  readonly rounds: number;
  readonly budget: number;
  readonly seed: number;
  ceilings(threads: number): Ceilings;
}

/** @param weights of both networks; null: drawn from the seed */
export async function measureTier(
  counted: Savings,
  weights: readonly (Weights | null)[],
  tier: TierName,
  options: MeasureOptions,
): Promise<TierTimes> {
  const { threads, rounds, budget, seed, ceilings } = options;
  const runs: SeededRun[] = [];
  try {
    for (const [i, { graph }] of [counted.first, counted.second].entries()) {
      runs.push(await seededRun({ graph, weights: weights[i] }, seed, { backend: tier, threads }));
    }
    const timings = await timeSessions(runs, {
      rounds,
      budget,
      warmup: CHOICES[tier].warmup,
      onRound: showRounds(`measuring ${tier}: `),
    });
    const [first, second] = runs.map(({ session }, i) => sideOf(session, timings[i], ceilings(session.threads)));
    const blocks = counted.blocks.map((block): BlockTimes => {
      const ms = (layers: typeof block.first, of: ReadonlyMap<string, number>): number =>
        sum(layers, ({ nodes }) => sum(nodes, (name) => of.get(name) ?? 0));
      return {
        firstMs: ms(block.first, first.timing.layers),
        secondMs: ms(block.second, second.timing.layers),
        firstRoofMs: ms(block.first, first.roofs),
        secondRoofMs: ms(block.second, second.roofs),
      };
    });
    return { tier, first, second, blocks };
  } finally {
    for (const { session } of runs) session.dispose();
  }
}

function sideOf(session: Session, timing: SessionTiming, ceilings: Ceilings): Side {
  const rows = roofline(session.graph, timing.layers, ceilings, peakOf(ceilings, session));
  const roofs = new Map(rows.map(({ name, roofMs }) => [name, roofMs]));
  return { timing, roofs, roofMs: sum(rows, ({ roofMs }) => roofMs) };
}
