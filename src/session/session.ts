/** @file The session: a graph with its weights, planned once, run any number of times. */

import { ROUNDINGS, type Rounding } from "../geometry/requantization.ts";
import { type Graph, levelsOf, outputShapeOf } from "../graph/graph.ts";
import { readGraph } from "../graph/readGraph.ts";
import { checkWeights, type Weights } from "../graph/weights.ts";
import { ALGORITHM_CHOICES, type AlgorithmChoice } from "../graph/withAlgorithm.ts";
import { PRECISIONS, type Precision } from "../kernels/simd/engines.ts";
import { type Backend, choose, type TierName } from "../kernels/tiers.ts";
import type { MemoryPlan } from "../runtime/memoryPlan.ts";
import { MAX_THREADS } from "../runtime/threads.ts";
import { checkBoolean, knownKeys, oneOf } from "../tensor/errors.ts";
import type { Numbers } from "../tensor/numbers.ts";
import { checkPatience, PATIENCE, type Patience } from "../tensor/patience.ts";
import type { QuantizedLevels } from "../tensor/quantizedTensor.ts";
import { checkInteger } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import type { Weight } from "../tensor/weight.ts";
import type { Batched } from "./batched.ts";
import { checkInputs, type SessionInputs } from "./inputs.ts";
import { prepareNetwork } from "./prepare.ts";
import { type ProfileRow, profileSteps, runImages } from "./runs.ts";
import { SESSION_TIERS } from "./tiers.ts";

export type { ProfileRow } from "./runs.ts";

/** Options of `Session.create`. */
export interface SessionOptions extends Patience {
  /** Tier that computes. Default "auto", the fastest. */
  readonly backend?: Backend | undefined;
  /** Whether batch norm is folded and activations are fused. Default true. Results differ only by rounding. */
  readonly optimize?: boolean | undefined;
  /** Threads that share the work, 1 to 64; default 1. Simd tier only. Results are bit-identical for any number. */
  readonly threads?: number | undefined;
  /**
   * "exact" (default): multiplication and addition are rounded separately, the same on every machine. "fast": together,
   * if the engine has relaxed SIMD. The error bound is the same; the last bits depend on the machine.
   */
  readonly precision?: Precision | undefined;
  /**
   * How integers are rounded: "float-half-even" (default), as in XNNPACK and LiteRT.js; "tflite-double", as in
   * TensorFlow Lite's reference kernels and on microcontrollers; "tflite-single".
   */
  readonly rounding?: Rounding | undefined;
  /**
   * Algorithm for standard convolutions: "direct"; "winograd2" or "winograd4" for those that it supports; or "best",
   * the one with the fewest operations for each. `session.graph` says which. Default: as their nodes say.
   */
  readonly algorithm?: AlgorithmChoice | undefined;
}

/** A graph with its weights, planned once, run any number of times. {@link Session.create} makes it. */
export interface Session {
  /** The tier that computes. */
  readonly backend: TierName;
  /** Threads that compute: fewer than requested if they are not available. */
  readonly threads: number;
  /** How sums are rounded: "exact" if "fast" was requested but the engine lacks it. */
  readonly precision: Precision;
  /** How integers are rounded. */
  readonly rounding: Rounding;
  /** The graph as it is run, after the passes. */
  readonly graph: Graph;
  /** Where values live. */
  readonly plan: MemoryPlan;
  /**
   * Computes the graph's output for each image; with several outputs, the first. A call during another run waits for
   * its turn. The input is read before this returns: later changes to it do not affect the result.
   *
   * @param input [n, …] followed by the extents of the graph's input, any view
   * @param options `signal` stops it between images, `onProgress` is called after each image
   * @returns [n, …], fresh and contiguous; integers if the output has integers: `run<QuantizedTensor>(…)`
   * @throws ShapeError for another shape; Error after `dispose`, also for a run that had not started by then
   */
  run<T extends Weight = Tensor>(input: Weight, options?: Patience): Promise<T>;
  /**
   * Computes every output of the graph. Otherwise like {@link Session.run}.
   *
   * @param inputs [n, …] for each input by name, all with the same n; for a graph with one input, the tensor alone
   * @returns the outputs by name, in the graph's order, [n, …] each; integers as for {@link Session.run}
   * @throws ShapeError for another name or shape; Error after `dispose`
   *
   * @example
   * const g = graphBuilder("two", { image: [1, 8, 8, 3], mask: [1, 8, 8, 1] });
   * const masked = g.mul("image", "mask");
   * const session = await Session.create(g.build({ masked, mean: g.globalAveragePool2d(masked) }), new Map());
   * const [image, mask] = [Tensor.zeros([1, 8, 8, 3]), Tensor.zeros([1, 8, 8, 1])];
   * const outputs = await session.runAll({ image, mask });
   * outputs.get("mean")?.shape; // [1, 1, 1, 3]
   */
  runAll<T extends Weight = Tensor>(inputs: SessionInputs, options?: Patience): Promise<Map<string, T>>;
  /**
   * Runs one image several times and measures every layer.
   *
   * @param options `runs`: measured runs, default 10. `warmup`: unmeasured runs before them; default as many as fit
   *   into 150 ms, at least one, so that the engine has compiled the code. `signal`; `onProgress`, called after each
   *   layer of a measured run with the runs done so far, in fractions.
   */
  profile(
    inputs: SessionInputs,
    options?: Patience & { readonly runs?: number; readonly warmup?: number },
  ): Promise<readonly ProfileRow[]>;
  /**
   * Frees weights, memory and threads. Runs not yet started reject, as does every later one; disposing twice is
   * harmless. `using` and `await using` call it if the engine has `Symbol.dispose` and `Symbol.asyncDispose`.
   */
  dispose(): void;
}

/** Creates sessions. */
export const Session: {
  /**
   * Checks the weights against the graph, folds and fuses, packs weights and plans memory. Graph and weights are read
   * before this returns: later changes to them do not affect results. For this, the naive and im2col tiers copy what
   * they do not pack.
   *
   * @param weights from `loadWeights` or `randomWeights`
   * @throws ShapeError that lists every weight that is missing, misshaped or extra
   *
   * @example
   * const graph = mobilenetV1({ alpha: 0.25, resolution: 128 });
   * const session = await Session.create(graph, randomWeights(graph, 1), { backend: "im2col" });
   * const scores = await session.run(Tensor.zeros([1, 128, 128, 3]));
   */
  create(graph: Graph, weights: Weights<Weight>, options?: SessionOptions): Promise<Session>;
} = { create };

async function create(graph: Graph, weights: Weights<Weight>, options: SessionOptions = {}): Promise<Session> {
  const op = "Session.create";
  knownKeys(op, options, ["backend", "optimize", "threads", "precision", "rounding", "algorithm", ...PATIENCE]);
  const { signal, onProgress } = checkPatience(op, options);
  const tier = choose(op, SESSION_TIERS, options.backend);
  const threads = checkInteger(op, "threads", options.threads ?? 1, 1, MAX_THREADS);
  const wanted = oneOf(op, "precision", options.precision ?? "exact", PRECISIONS);
  const precision = tier.precision(wanted);
  const rounding = oneOf(op, "rounding", options.rounding ?? ROUNDINGS[0], ROUNDINGS);
  const { algorithm } = options;
  if (algorithm !== undefined) oneOf(op, "algorithm", algorithm, ALGORITHM_CHOICES);
  const own = readGraph(op, graph);
  checkWeights(op, own, weights);
  const optimize = checkBoolean(op, "optimize", options.optimize ?? true);
  const network = await prepareNetwork(op, own, weights, {
    ...{ tier, optimize, precision, rounding, threads, algorithm },
  });
  if (signal?.aborted) network.release();
  signal?.throwIfAborted();
  onProgress(1, 1);
  const { executor, graph: planned } = network;
  const { outputs } = own; // the passes may rename them
  const ends = outputs.map((name) => ({ shape: outputShapeOf(own, name), levels: levelsOf(own, name) }));
  /** An output's numbers, as a caller gets them. */
  const quantizedAs = (numbers: Numbers, i: number, count: number): Weight => {
    if (numbers instanceof Tensor) return numbers;
    const { shape, levels } = ends[i];
    return { ...(levels as QuantizedLevels), axis: null, shape: [count, ...shape.slice(1)], data: numbers };
  };

  let open = true;
  const inTurn = async <T>(method: string, given: SessionInputs, job: (batch: Batched) => Promise<T>): Promise<T> => {
    checkOpen(method);
    const { count, inputs } = checkInputs(method, planned, given, rounding);
    return network.inTurn(inputs, method !== "profile" && count === 1, (images) => {
      checkOpen(method);
      return job({ count, inputs: images });
    });
  };
  const checkOpen = (method: string): void => {
    if (!open) throw new Error(`session.${method}: the session of ${graph.name} was disposed`);
  };
  const session: Session = {
    backend: tier.name,
    threads: executor.threads,
    precision,
    rounding,
    graph: planned,
    plan: executor.plan,
    run: async <T extends Weight = Tensor>(input: Weight, options: Patience = {}) => {
      const patience = checkPatience("session.run", options);
      return inTurn("run", input, async (batch) => {
        const [answer] = await runImages(network, batch, 1, patience);
        return quantizedAs(answer, 0, batch.count) as T;
      });
    },
    runAll: async <T extends Weight = Tensor>(inputs: SessionInputs, options: Patience = {}) => {
      const patience = checkPatience("session.runAll", options);
      return inTurn("runAll", inputs, async (batch) => {
        const answers = await runImages(network, batch, outputs.length, patience);
        return new Map(answers.map((answer, i) => [outputs[i], quantizedAs(answer, i, batch.count) as T]));
      });
    },
    profile: async (inputs, options = {}) => {
      const patience = checkPatience("session.profile", options);
      const { runs = 10, warmup } = options;
      return inTurn("profile", inputs, async ({ inputs: images }) => {
        checkInteger("session.profile", "runs", runs, 1);
        if (warmup !== undefined) checkInteger("session.profile", "warmup", warmup, 0);
        return profileSteps(network, images, runs, warmup, patience);
      });
    },
    dispose: () => {
      if (open) network.release();
      open = false;
    },
  };
  return disposable(session);
}

/** Adds the methods behind `using` and `await using`, if the engine has them. */
function disposable(session: Session): Session {
  const { dispose, asyncDispose } = Symbol as { readonly dispose?: symbol; readonly asyncDispose?: symbol };
  return Object.assign(session, {
    ...(dispose && { [dispose]: session.dispose }),
    ...(asyncDispose && { [asyncDispose]: async () => session.dispose() }),
  });
}
