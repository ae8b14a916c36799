/** @file Times several networks in turns, such as one family at several widths and resolutions. */
import { costOf } from "../../analysis/analyze.ts";
import { CHOICES, TIERS, type TierName } from "../../kernels/tiers.ts";
import { type Line, lineThrough } from "../../measure/line.ts";
import { aloneBefore } from "../../measure/timeSessions.ts";
import { type Timing, timeInTurns } from "../../measure/timing.ts";
import { checkRecord, oneOf, ShapeError, show } from "../../tensor/errors.ts";
import {
  type CheckedNetwork,
  checkNetwork,
  checkWords,
  type SeededRun,
  seededRun,
  type TimedNetwork,
  weightsWords,
} from "../network.ts";
import { checkMeasuring, type MeasuringOptions } from "../options.ts";
import { type Measured, measuredHere } from "../origin.ts";

/** One of the networks that are timed together. */
export interface SweepNetwork extends TimedNetwork {
  /** Default: the graph's name. */
  readonly name?: string | undefined;
  /** Width multiplier, one of the two axes of the tables. Default 1. */
  readonly alpha?: number | undefined;
  /** Resolution in words, the other axis. Default: rows×columns of the first input. */
  readonly resolution?: string | undefined;
}

/** The counts and times of one network. */
export interface SweepPoint extends Timing {
  readonly name: string;
  readonly alpha: number;
  readonly resolution: string;
  readonly macs: number;
  /** Trainable parameters. */
  readonly parameters: number;
}

/** Several networks, and a line of time over multiply-accumulates. Survives a round trip through JSON. */
export interface Sweep extends Measured {
  readonly backend: TierName;
  readonly threads: number;
  readonly points: readonly SweepPoint[];
  readonly rounds: number;
  readonly seed: number;
  /** The weights that were used: "random weights of seed 1". */
  readonly weights: string;
  /** ms = start + slope · MACs */
  readonly line: Line;
}

/** Options of `sweepNetworks`. */
export interface SweepOptions extends MeasuringOptions {
  /** Default "simd". */
  readonly backend?: TierName | undefined;
  /** Called before the measurement with its likely milliseconds and its rounds. Throwing ends the sweep. */
  readonly onEstimate?: ((ms: number, rounds: number) => void | Promise<void>) | undefined;
}

const ROUNDS = 15;

/** A run shorter than a tick of the clock counts as this long, so that a line can be fitted. */
const TICK_MS = 1e-6;

/**
 * Counts several networks, times them in turns, and fits a line of time over multiply-accumulates.
 *
 * @param networks two or more of different cost
 * @param options `backend`, `threads`, `rounds` (of each network, default 15 or more), `seed`, `signal`, `onProgress`,
 *   `onEstimate`
 * @throws ShapeError for invalid graphs, weights or options
 *
 * @example
 * const networks = [0.5, 1].map((alpha) => ({ graph: fashionNet({ alpha }), alpha }));
 * const { points, line } = await sweepNetworks(networks, { rounds: 1 });
 */
export async function sweepNetworks(networks: readonly SweepNetwork[], options: SweepOptions = {}): Promise<Sweep> {
  const op = "sweepNetworks";
  const { threads, seed, timing } = checkMeasuring(op, options, ["backend", "onEstimate"], ROUNDS);
  const backend = oneOf(op, "backend", options.backend ?? "simd", TIERS);
  const { onEstimate } = options;
  if (onEstimate !== undefined && typeof onEstimate !== "function") {
    throw new ShapeError(`${op}: onEstimate is ${show(onEstimate)}, needs a function`);
  }
  const counted = checkNetworks(op, networks);
  const { warmup } = CHOICES[backend];
  const isSlow = warmup === 0;
  const runs: SeededRun[] = [];
  try {
    for (const network of counted) runs.push(await seededRun(network, seed, { backend, threads }));
    const tasks = runs.map((own) => {
      const run = (): Promise<unknown> => own.session.runAll(own.inputs);
      return isSlow ? { run } : { run, before: aloneBefore(own) ?? run };
    });
    if (onEstimate) {
      const ms = (timing.rounds + warmup) * (isSlow ? 1 : 2) * (await roundMs(counted, tasks));
      await onEstimate(ms, timing.rounds);
    }
    const timings = await timeInTurns(tasks, { ...timing, warmup });
    const points = counted.map(({ name, alpha, resolution, macs, parameters }, i): SweepPoint => {
      return { name, alpha, resolution, macs, parameters, ...timings[i] };
    });
    const [{ session }] = runs;
    return {
      backend: session.backend,
      threads: session.threads,
      points,
      rounds: timings[0].rounds,
      seed,
      weights: weightsWords(counted, seed),
      line: lineThrough(points.map(({ macs, ms }) => ({ x: macs, y: Math.max(ms, TICK_MS) }))),
      ...measuredHere(),
    };
  } finally {
    for (const { session } of runs) session.dispose();
  }
}

interface CountedNetwork extends CheckedNetwork {
  readonly name: string;
  readonly alpha: number;
  readonly resolution: string;
  readonly macs: number;
  readonly parameters: number;
}

/** @throws ShapeError */
function checkNetworks(op: string, networks: unknown): readonly CountedNetwork[] {
  if (!Array.isArray(networks)) throw new ShapeError(`${op}: networks are ${show(networks)}, needs a list`);
  const counted = networks.map((network: unknown, i): CountedNetwork => {
    const operand = `networks[${i}]`;
    const own = checkNetwork(op, operand, network);
    const { name, alpha = 1, resolution } = checkRecord(op, operand, network) as SweepNetwork;
    checkWords(op, `${operand}.name`, name);
    checkWords(op, `${operand}.resolution`, resolution);
    if (!Number.isFinite(alpha)) throw new ShapeError(`${op}: ${operand}.alpha is ${show(alpha)}, needs a number`);
    const { macs, parameters } = costOf(own.graph).total;
    const [, ...extents] = own.graph.input.shape;
    return {
      ...own,
      name: name ?? own.graph.name,
      alpha,
      resolution: resolution ?? extents.slice(0, 2).join("×"),
      macs,
      parameters: parameters.trainable,
    };
  });
  if (new Set(counted.map(({ macs }) => macs)).size < 2) {
    throw new ShapeError(
      `${op}: networks are ${counted.length} with one number of MACs, needs two or more that differ`,
    );
  }
  return counted;
}

/** Estimates the time of one round of all networks from the one with the fewest multiply-accumulates. */
async function roundMs(
  networks: readonly CountedNetwork[],
  tasks: readonly { readonly run: () => Promise<unknown> }[],
): Promise<number> {
  const isLess = (macs: number, than: number): boolean => macs > 0 && (macs < than || than === 0);
  const smallest = networks.reduce((min, { macs }, i) => (isLess(macs, networks[min].macs) ? i : min), 0);
  await tasks[smallest].run(); // the first run of a session is slow
  const start = performance.now();
  await tasks[smallest].run();
  const perMac = (performance.now() - start) / networks[smallest].macs;
  return networks.reduce((sum, { macs }) => sum + macs * perMac, 0);
}
