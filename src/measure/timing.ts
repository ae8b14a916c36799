/**
 * @file Times tasks against one another: in turns, so that a slowdown of the machine affects all alike, with medians
 * and a check for noise. Uses tinybench.
 */
import { Bench } from "tinybench";
import { median } from "../runtime/median.ts";
import { pause } from "../runtime/pause.ts";
import type { SessionInputs } from "../session/inputs.ts";
import type { Session } from "../session/session.ts";
import { checkRecord, knownKeys, ShapeError, show } from "../tensor/errors.ts";
import { checkInteger } from "../tensor/shape.ts";

/** Options of `timeInTurns`. */
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

/** What is timed. */
export interface Task {
  /** Timed once a round. A number that it returns replaces the measured milliseconds. */
  readonly run: () => unknown;
  /** Runs before it, untimed, so that the caches hold this task's data, not the previous task's. */
  readonly before?: (() => Promise<unknown>) | undefined;
}

/** Max interquartile range as a share of the median. Beyond it, the machine was busy with something else. */
export const MAX_SPREAD = 0.1;

/**
 * Whether the runs of a timing differ too much: the machine was busy with something else.
 *
 * @throws ShapeError unless it is a timing
 *
 * @example isNoisy({ ms: 10, quarter: 9.9, threeQuarters: 10.2, rounds: 15 }); // false
 */
export function isNoisy(timing: Timing): boolean {
  const { ms, quarter, threeQuarters } = checkRecord("isNoisy", "timing", timing) as Timing;
  return threeQuarters - quarter > MAX_SPREAD * ms;
}

/**
 * Times tasks in turns: each runs once a round, so that a busy moment of the machine affects all alike.
 *
 * @param tasks each with `run`, and what `before` prepares
 * @param options `rounds` (default 5), `budget` (ms), `warmup` (unmeasured rounds, default 1), `onRound`
 * @returns a timing per task, in order: milliseconds, the median and the quartiles
 * @throws ShapeError for tasks or options of another type; what a task throws
 *
 * @example
 * const [first, second] = await timeInTurns([{ run: () => 1 + 1 }, { run: () => 2 ** 10 }]);
 * second.ms / first.ms;
 */
export async function timeInTurns(tasks: readonly Task[], options: TimingOptions = {}): Promise<readonly Timing[]> {
  const { rounds, budget, warmup, onRound } = checkTiming("timeInTurns", tasks, options);
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

/** @throws ShapeError */
function checkTiming(op: string, tasks: unknown, options: TimingOptions) {
  if (!Array.isArray(tasks)) throw new ShapeError(`${op}: tasks are ${show(tasks)}, needs a list of { run }`);
  for (const [i, task] of tasks.entries()) {
    const { run, before } = checkRecord(op, `tasks[${i}]`, task) as Partial<Task>;
    if (typeof run !== "function" || !(before === undefined || typeof before === "function")) {
      throw new ShapeError(`${op}: tasks[${i}] is ${show(task)}, needs { run } or { run, before }, functions`);
    }
  }
  knownKeys(op, options, ["rounds", "budget", "warmup", "onRound"]);
  const { budget = Number.POSITIVE_INFINITY, onRound = () => {} } = options;
  if (typeof budget !== "number" || Number.isNaN(budget)) {
    throw new ShapeError(`${op}: budget is ${show(budget)}, needs milliseconds`);
  }
  if (typeof onRound !== "function") throw new ShapeError(`${op}: onRound is ${show(onRound)}, needs a function`);
  const rounds = checkInteger(op, "rounds", options.rounds ?? 5, 1);
  return { rounds, warmup: checkInteger(op, "warmup", options.warmup ?? 1, 0), budget, onRound };
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
