/**
 * @file Times tasks against one another: in turns, so that a slowdown of the machine affects all alike, with medians
 * and a check for noise. Uses tinybench.
 */
import { Bench } from "tinybench";
import { pause } from "../runtime/pause.ts";
import { checkRecord, knownKeys, ShapeError, show } from "../tensor/errors.ts";
import { checkInteger } from "../tensor/shape.ts";

/** Options of `timeInTurns`. */
export interface TimingOptions {
  /** Max rounds. Every task runs once per round. Default 5. */
  readonly rounds?: number | undefined;
  /** Rounds continue beyond `rounds` until they have taken this many milliseconds. Default 0. */
  readonly minMs?: number | undefined;
  /**
   * Max milliseconds for all rounds, a quarter of them for warm-up: no round starts that would not end in time, but one
   * always runs. Default: no limit.
   */
  readonly budget?: number | undefined;
  /** Unmeasured rounds at the start. Default 1. */
  readonly warmup?: number | undefined;
  /** Rounds that end within this many milliseconds of the start are not measured either. Default 0. */
  readonly warmupMs?: number | undefined;
  /** Called before every round with the number measured so far, at most `rounds`. If it throws, the timing ends. */
  readonly onRound?: ((measured: number, rounds: number) => void) | undefined;
}

/** Milliseconds over the rounds: the median and the quartiles. */
export interface Timing {
  readonly ms: number;
  readonly quarter: number;
  readonly threeQuarters: number;
  readonly rounds: number;
}

/** A task to be timed: `run`, or `ms` if it measures its own time. */
export type Task = {
  /** Runs before it, untimed, so that the caches hold this task's data, not the previous task's. */
  readonly before?: (() => Promise<unknown>) | undefined;
} & (
  | { readonly run: () => unknown; readonly ms?: undefined }
  | { readonly ms: () => number | Promise<number>; readonly run?: undefined }
);

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
 * Times tasks in turns: each runs once per round, so that a busy moment of the machine affects all alike.
 *
 * @param tasks each with `run`, which is timed, or `ms`, which returns milliseconds; and optionally `before`, which
 *   prepares it
 * @param options `rounds` (default 5), `minMs`, `budget` (ms), `warmup` (unmeasured rounds, default 1), `warmupMs`,
 *   `onRound`
 * @returns a timing per task, in order: milliseconds, the median and the quartiles
 * @throws ShapeError for tasks or options of the wrong type; what a task throws
 *
 * @example
 * const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
 * const [short, long] = await timeInTurns([{ run: () => wait(2) }, { run: () => wait(20) }]);
 * long.ms > 2 * short.ms; // true
 */
export async function timeInTurns(tasks: readonly Task[], options: TimingOptions = {}): Promise<readonly Timing[]> {
  const samples: number[][] = [];
  await everyRound(tasks, options, (times) => samples.push([...times]));
  return tasks.map((_, i) => timingOf(samples.map((times) => times[i])));
}

/** Runs rounds. @param onMeasured called after each measured one, with the milliseconds of the tasks */
export async function everyRound(
  tasks: readonly Task[],
  options: TimingOptions,
  onMeasured: (times: readonly number[]) => void,
): Promise<void> {
  const { rounds, minMs, budget, warmup, warmupMs, onRound } = checkTiming("timeInTurns", tasks, options);
  const round = roundOf(tasks);
  const start = performance.now();
  const elapsed = (): number => performance.now() - start;
  let [measured, longest, since] = [0, 0, 0];
  const isDone = (): boolean => {
    if (measured === 0) return false;
    return (measured >= rounds && elapsed() - since >= minMs) || elapsed() + longest > budget;
  };
  for (let warm = 0; !isDone(); ) {
    const begin = elapsed();
    const isWarm = warm >= warmup || begin > budget / 4;
    onRound(Math.min(measured, rounds), rounds);
    await pause();
    const times = await round();
    longest = Math.max(longest, elapsed() - begin);
    if (isWarm && elapsed() >= Math.min(warmupMs, budget / 4)) {
      if (measured++ === 0) since = begin;
      onMeasured(times);
    } else warm++;
  }
}

/** Returns a function that runs each task once and returns their milliseconds. */
function roundOf(tasks: readonly Task[]): () => Promise<readonly number[]> {
  const bench = new Bench({ iterations: 1, time: 0, warmup: false, throws: true });
  for (const [i, { run, ms, before }] of tasks.entries()) {
    const timed = async (): Promise<object | undefined> => {
      if (ms !== undefined) return { overriddenDuration: await ms() };
      await run();
      return undefined;
    };
    const beforeEach = async (): Promise<void> => void (await before?.());
    bench.add(String(i), timed, { beforeEach });
  }
  return async () => {
    bench.reset();
    return (await bench.run()).map(({ result }) => latencyOf(result));
  };
}

/** @throws ShapeError */
function checkTiming(op: string, tasks: unknown, options: TimingOptions) {
  if (!Array.isArray(tasks)) throw new ShapeError(`${op}: tasks are ${show(tasks)}, needs a list of { run }`);
  for (const [i, task] of tasks.entries()) {
    const { run, ms, before } = checkRecord(op, `tasks[${i}]`, task) as Task;
    const isOne = [run, ms].filter((one) => typeof one === "function").length === 1;
    if (!isOne || !(before === undefined || typeof before === "function")) {
      throw new ShapeError(`${op}: tasks[${i}] is ${show(task)}, needs { run } or { ms }, a function`);
    }
  }
  knownKeys(op, options, ["rounds", "minMs", "budget", "warmup", "warmupMs", "onRound"]);
  const { onRound = () => {} } = options;
  if (typeof onRound !== "function") throw new ShapeError(`${op}: onRound is ${show(onRound)}, needs a function`);
  return {
    rounds: checkInteger(op, "rounds", options.rounds ?? 5, 1),
    minMs: checkMs(op, "minMs", options.minMs ?? 0, 0, Number.MAX_VALUE),
    budget: checkMs(op, "budget", options.budget ?? Number.POSITIVE_INFINITY),
    warmup: checkInteger(op, "warmup", options.warmup ?? 1, 0),
    warmupMs: checkMs(op, "warmupMs", options.warmupMs ?? 0, 0, Number.MAX_VALUE),
    onRound,
  };
}

/** @throws ShapeError unless it is a number in that range */
function checkMs(
  op: string,
  name: string,
  value: unknown,
  min: number = Number.NEGATIVE_INFINITY,
  max: number = Number.POSITIVE_INFINITY,
): number {
  if (typeof value === "number" && value >= min && value <= max) return value;
  throw new ShapeError(`${op}: ${name} is ${show(value)}, needs milliseconds`);
}

function latencyOf(result: Bench["results"][number]): number {
  if (result.state !== "completed") throw new Error(`timing: a run ended as ${JSON.stringify(result.state)}`);
  return result.latency.p50;
}

/** Median and quartiles. */
export function timingOf(samples: readonly number[]): Timing {
  const sorted = [...samples].sort((a, b) => a - b);
  const at = (share: number): number => {
    const rank = share * (sorted.length - 1);
    const [low, high] = [sorted[Math.floor(rank)], sorted[Math.ceil(rank)]];
    return low + (high - low) * (rank - Math.floor(rank));
  };
  return { ms: at(0.5), quarter: at(0.25), threeQuarters: at(0.75), rounds: sorted.length };
}
