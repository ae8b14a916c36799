/**
 * @file Times tasks against one another: in turns, so that a slowdown of the machine affects all alike, with medians
 * and a check for noise. Uses tinybench.
 */
import { Bench } from "tinybench";
import { median } from "../runtime/median.ts";
import { pause } from "../runtime/pause.ts";
import type { SessionInputs } from "../session/inputs.ts";
import type { Session } from "../session/session.ts";

export interface TimingOptions {
  /** Max rounds. Every task runs once a round. Default 5. */
  readonly rounds?: number | undefined;
  /**
   * Max milliseconds for all rounds, a quarter of them for warm-up: no round starts that would not end in time. One
   * always runs. Default: no limit.
   */
  readonly budget?: number | undefined;
  /** Unmeasured rounds before them. Default 1. */
  readonly warmup?: number | undefined;
  /** Called before every round; round 0 is warm-up. */
  readonly onRound?: ((round: number, rounds: number) => void) | undefined;
}

/** Milliseconds over the rounds: the median and the quartiles. */
export interface Timing {
  readonly ms: number;
  readonly quarter: number;
  readonly threeQuarters: number;
  readonly rounds: number;
}

export interface Task {
  /** Timed once a round. A number that it returns replaces the measured milliseconds. */
  readonly run: () => unknown;
  /** Runs before it, untimed, so that the caches hold this task's data, not the previous task's. */
  readonly before?: (() => Promise<unknown>) | undefined;
}

/** Max interquartile range as a share of the median. Beyond it, the machine was busy with something else. */
export const MAX_SPREAD = 0.1;

export function isNoisy({ ms, quarter, threeQuarters }: Timing): boolean {
  return threeQuarters - quarter > MAX_SPREAD * ms;
}

/** @returns a timing per task, in order */
export async function timeInTurns(
  tasks: readonly Task[],
  { rounds = 5, budget = Number.POSITIVE_INFINITY, warmup = 1, onRound = () => {} }: TimingOptions = {},
): Promise<readonly Timing[]> {
  const bench = new Bench({ iterations: 1, time: 0, warmup: false, throws: true });
  for (const [i, { run, before }] of tasks.entries()) {
    const timed = async (): Promise<object | undefined> => {
      const ms = await run();
      return typeof ms === "number" ? { overriddenDuration: ms } : undefined;
    };
    const beforeEach = async (): Promise<void> => void (await before?.());
    bench.add(String(i), timed, { beforeEach });
  }
  const samples = tasks.map((): number[] => []);
  const start = performance.now();
  let longest = 0;
  for (let round = 1 - warmup; round <= rounds; round++) {
    const begin = performance.now();
    if (round > 1 && begin - start + longest > budget) break;
    if (round <= 0 && begin - start > budget / 4) continue; // warm enough
    onRound(Math.max(round, 0), rounds);
    await pause();
    bench.reset();
    const results = await bench.run();
    if (round > 0) for (const [i, { result }] of results.entries()) samples[i].push(latencyOf(result));
    longest = Math.max(longest, performance.now() - begin);
  }
  return samples.map(timingOf);
}

function latencyOf(result: Bench["results"][number]): number {
  if (result.state !== "completed") throw new Error(`timing: a run ended as ${JSON.stringify(result.state)}`);
  return result.latency.p50;
}

function timingOf(samples: readonly number[]): Timing {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (share: number): number => {
    const rank = share * (sorted.length - 1);
    const [low, high] = [sorted[Math.floor(rank)], sorted[Math.ceil(rank)]];
    return low + (high - low) * (rank - Math.floor(rank));
  };
  return { ms: at(0.5), quarter: at(0.25), threeQuarters: at(0.75), rounds: sorted.length };
}

export interface SessionTiming extends Timing {
  /** Each layer's median by name, in milliseconds. */
  readonly layers: ReadonlyMap<string, number>;
}

/**
 * Times sessions in turns, each on its inputs, and their layers.
 *
 * @returns a timing for each; the total is the sum of the layers
 */
export async function timeSessions(
  runs: readonly { readonly session: Session; readonly inputs: SessionInputs }[],
  options?: TimingOptions,
): Promise<readonly SessionTiming[]> {
  const layers = runs.map(() => new Map<string, number[]>());
  let isMeasured = false;
  const tasks = runs.map(({ session, inputs }, i) => ({
    run: async (): Promise<number> => {
      const rows = await session.profile(inputs, { runs: 1, warmup: 0 });
      if (isMeasured) for (const { name, ms } of rows) layers[i].set(name, [...(layers[i].get(name) ?? []), ms]);
      return rows.reduce((sum, { ms }) => sum + ms, 0);
    },
  }));
  const onRound = (round: number, rounds: number): void => {
    isMeasured = round > 0;
    options?.onRound?.(round, rounds);
  };
  const timings = await timeInTurns(tasks, { ...options, onRound });
  return timings.map((timing, i) => ({
    ...timing,
    layers: new Map([...layers[i]].map(([name, samples]) => [name, median(samples)])),
  }));
}
