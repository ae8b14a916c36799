/** @file Times every layer of a network, beside the ceilings of the machine. */
import { sum } from "../../analysis/analyze.ts";
import { PRECISIONS, type Precision } from "../../kernels/simd/engines.ts";
import { CHOICES, TIERS, type TierName } from "../../kernels/tiers.ts";
import { type Ceilings, machineCeilings } from "../../measure/ceilings.ts";
import { peakOf, type RooflineRow, roofline } from "../../measure/roofline.ts";
import { timeSessions } from "../../measure/timeSessions.ts";
import { isNoisy, timeInTurns } from "../../measure/timing.ts";
import { oneOf } from "../../tensor/errors.ts";
import { checkInteger } from "../../tensor/shape.ts";
import { checkNetwork, seededRun, type TimedNetwork, weightsWords } from "../network.ts";
import { checkMeasuring, type MeasuringOptions, partOf } from "../options.ts";
import { type Measured, measuredHere } from "../origin.ts";

/** Every layer as measured, with the machine's limits; times in milliseconds. Survives a round trip through JSON. */
export interface NetworkProfile extends Measured {
  readonly model: string;
  readonly backend: TierName;
  readonly threads: number;
  readonly precision: Precision;
  /** Images per run of the whole network; layers are timed on one image. */
  readonly batch: number;
  readonly seed: number;
  /** The weights that were used: "random weights of seed 1". */
  readonly weights: string;
  /** Measured runs of the whole network, and of its layers. */
  readonly rounds: number;
  readonly layerRounds: number;
  /** Whether the runs of the whole network differ too much: the machine was busy. */
  readonly isNoisy: boolean;
  readonly ceilings: Ceilings;
  /** GFLOP/s that the layers are compared with. */
  readonly peak: number;
  /** Median run of the whole network, per image, and its quartiles. */
  readonly wholeMs: number;
  readonly quarterMs: number;
  readonly threeQuartersMs: number;
  /** Sums over the layers: of the measured times, and of the times that the ceilings allow. */
  readonly layersMs: number;
  readonly roofMs: number;
  readonly layers: readonly RooflineRow[];
}

/** Options of `profileNetwork`. */
export interface ProfileOptions extends MeasuringOptions {
  /** Default "simd". */
  readonly backend?: TierName | undefined;
  /** Precision of the simd tier. Default "exact". */
  readonly precision?: Precision | undefined;
  /** Images per run, 1 to 1024. Default 1. */
  readonly batch?: number | undefined;
}

const ROUNDS = 25;
const BUDGET_MS = 20_000;

/**
 * Times a network and each of its layers, and measures the ceilings of this machine, in at most about 20 seconds.
 *
 * @param network graph, and weights if any: what `loadModel` returns, or `{ graph }`
 * @param options `backend`, `threads`, `precision`, `batch`, `rounds` (default 25 or more), `seed`, `signal`,
 *   `onProgress`
 * @throws ShapeError for an invalid graph, weights or options
 *
 * @example
 * const { layers } = await profileNetwork({ graph: fashionNet() }, { rounds: 1 });
 * layers[0].name; // "conv1"
 */
export async function profileNetwork(network: TimedNetwork, options: ProfileOptions = {}): Promise<NetworkProfile> {
  const op = "profileNetwork";
  const others = ["backend", "precision", "batch"];
  const { threads, seed, timing } = checkMeasuring(op, options, others, ROUNDS);
  const backend = oneOf(op, "backend", options.backend ?? "simd", TIERS);
  const precision = oneOf(op, "precision", options.precision ?? "exact", PRECISIONS);
  const batch = checkInteger(op, "batch", options.batch ?? 1, 1, 1024);
  const own = checkNetwork(op, "network", network);
  const { session, inputs } = await seededRun(own, seed, { backend, threads, precision }, batch);
  try {
    const ceilings = await machineCeilings({ threads: session.threads });
    const { warmup } = CHOICES[backend];
    const part = (i: number) => ({ ...partOf(timing, i, 2), budget: BUDGET_MS / 2, warmup });
    const [layered] = await timeSessions([{ session, inputs }], part(0));
    const [whole] = await timeInTurns([{ run: () => session.runAll(inputs) }], part(1));
    const peak = peakOf(ceilings, session);
    const integers = peakOf(ceilings, session, "int8");
    const layers = roofline(session.graph, layered.layers, ceilings, peak, integers);
    return {
      model: own.graph.name,
      backend: session.backend,
      threads: session.threads,
      precision: session.precision,
      batch,
      seed,
      weights: weightsWords([own], seed),
      rounds: whole.rounds,
      layerRounds: layered.rounds,
      isNoisy: isNoisy(whole),
      ceilings,
      peak,
      wholeMs: whole.ms / batch,
      quarterMs: whole.quarter / batch,
      threeQuartersMs: whole.threeQuarters / batch,
      layersMs: sum(layers, ({ ms }) => ms),
      roofMs: sum(layers, ({ roofMs }) => roofMs),
      layers,
      ...measuredHere(),
    };
  } finally {
    session.dispose();
  }
}
