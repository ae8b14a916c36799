/** @file Timing sessions against each other: in turns, so that a machine that slows down slows all of them, and medians. */
import { median } from "../graph/median.ts";
import type { Session } from "../graph/session.ts";
import type { Tensor } from "../tensor/tensor.ts";

export interface MeasureOptions {
  /** Rounds at most. In a round every session runs once. Default 5. */
  readonly rounds?: number;
  /** Milliseconds after which no further round starts; one is always run. Default: no limit. */
  readonly budget?: number;
  /** Rounds before them that are not measured. Default 1. */
  readonly warmup?: number;
  /** Told before every round. */
  readonly onRound?: (round: number, rounds: number) => void;
}

export interface Measurement {
  /** Median over the rounds of a whole run, in milliseconds. */
  readonly ms: number;
  readonly rounds: number;
  /** Median of each layer, by name, in milliseconds. */
  readonly layers: ReadonlyMap<string, number>;
}

/**
 * Measures sessions in turns on one picture.
 *
 * @param sessions in the order of the turns
 * @returns a measurement for each
 */
export async function measureInTurns(
  sessions: readonly Session[],
  picture: Tensor,
  { rounds = 5, budget = Number.POSITIVE_INFINITY, warmup = 1, onRound = () => {} }: MeasureOptions = {},
): Promise<readonly Measurement[]> {
  const totals = sessions.map((): number[] => []);
  const layers = sessions.map(() => new Map<string, number[]>());
  for (let i = 0; i < warmup; i++) {
    onRound(0, rounds);
    for (const session of sessions) await session.run(picture);
  }
  const start = performance.now();
  let longest = 0;
  for (let round = 1; round <= rounds; round++) {
    const begin = performance.now();
    if (round > 1 && begin - start + longest > budget) break;
    onRound(round, rounds);
    for (const [i, session] of sessions.entries()) {
      const rows = await session.profile(picture, { runs: 1, warmup: 0 });
      totals[i].push(rows.reduce((sum, { ms }) => sum + ms, 0));
      for (const { name, ms } of rows) layers[i].set(name, [...(layers[i].get(name) ?? []), ms]);
    }
    longest = Math.max(longest, performance.now() - begin);
  }
  return sessions.map((_, i) => ({
    ms: median(totals[i]),
    rounds: totals[i].length,
    layers: new Map([...layers[i]].map(([name, values]) => [name, median(values)])),
  }));
}
