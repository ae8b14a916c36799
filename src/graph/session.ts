/** @file The session: a graph with its weights, planned once, run any number of times. */
import { type Backend, chooseTier, type Tier } from "../kernels/index.ts";
import type { KernelSet, Kernels } from "../kernels/kernels.ts";
import { hasRelaxedSimd, PRECISIONS, type Precision } from "../kernels/simd/engines.ts";
import { MAX_THREADS } from "../kernels/simd/threads.ts";
import { simdKernels } from "../kernels/simd.ts";
import { checkBoolean, knownKeys, oneOf, ShapeError, show } from "../tensor/errors.ts";
import { copyInto } from "../tensor/lines.ts";
import { checkPatience, PATIENCE, type Patience } from "../tensor/patience.ts";
import { checkInteger, formatShape, sameShape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { emittedExecutor } from "./emittedExecutor.ts";
import { tensorExecutor } from "./executor.ts";
import { folded } from "./foldBatchNorm.ts";
import { fused } from "./fuseActivation.ts";
import { type Graph, type GraphNode, isLinear } from "./graph.ts";
import { kernelOf } from "./kernelOf.ts";
import { median } from "./median.ts";
import type { MemoryPlan } from "./memoryPlan.ts";
import { nodeBytes, nodeMacs } from "./nodeCost.ts";
import { type PackedNetwork, packNetwork, sharedNetwork } from "./packedNetwork.ts";
import { pacer } from "./pause.ts";
import { readGraph } from "./readGraph.ts";
import { scheduleOf } from "./schedule.ts";
import { checkWeights, type Weights } from "./weights.ts";

export interface SessionOptions extends Patience {
  /** Tier that computes. Default "auto", the fastest. */
  readonly backend?: Backend | undefined;
  /** Whether batch norm is folded and activations are fused. Default true. Results differ only by rounding. */
  readonly optimize?: boolean | undefined;
  /** Threads that share the work, 1 to 64; default 1. Simd tier only. Results are bit-identical for any number. */
  readonly threads?: number | undefined;
  /**
   * "exact" (default): multiply and add are rounded separately, alike on every machine. "fast": together, if the engine
   * has relaxed SIMD. The error bound is the same; the last bits depend on the machine.
   */
  readonly precision?: Precision | undefined;
}

/** One layer, measured. */
export interface ProfileRow {
  readonly name: string;
  readonly op: GraphNode["op"];
  /** Milliseconds: the median over the runs. */
  readonly ms: number;
  /** Multiply-accumulates. */
  readonly macs: number;
  /** 2 · MACs per nanosecond; 0 for a layer without any. */
  readonly gflops: number;
  /** Bytes of weights, inputs and output: the minimum to move. */
  readonly bytes: number;
}

export interface Session {
  /** The tier that computes. */
  readonly backend: Tier;
  /** Threads that compute: fewer than requested if they are not available. */
  readonly threads: number;
  /** How sums are rounded: "exact" if "fast" was requested but the engine lacks it. */
  readonly precision: Precision;
  /** The graph as it is run, after the passes. */
  readonly graph: Graph;
  /** Where values live, in elements of 4 bytes. */
  readonly plan: MemoryPlan;
  /**
   * Computes the graph's output for each image. A call during another run waits for its turn. The input is read before
   * this returns: later changes to it do not affect the result.
   *
   * @param input [n, …] followed by the extents of the graph's input, any view
   * @param options `signal` stops it between images, `onProgress` is called after each image
   * @returns [n, …], fresh and contiguous
   * @throws ShapeError for another shape; Error after `dispose`, also for a run that had not started by then
   */
  run(input: Tensor, options?: Patience): Promise<Tensor>;
  /**
   * Runs one image several times and measures every layer.
   *
   * @param options `runs`: measured runs, default 10. `warmup`: unmeasured runs before them, default 1. `signal`,
   *   `onProgress`.
   */
  profile(
    input: Tensor,
    options?: Patience & { readonly runs?: number; readonly warmup?: number },
  ): Promise<readonly ProfileRow[]>;
  /**
   * Frees weights, memory and threads. Runs not yet started reject, as does every later one; disposing twice is
   * harmless. `using` and `await using` call it where the engine has `Symbol.dispose` and `Symbol.asyncDispose`.
   */
  dispose(): void;
}

/** Creates sessions. */
export const Session: {
  /**
   * Checks the weights against the graph, folds and fuses, packs weights and plans memory. Graph and weights are read
   * before this returns: later changes to them do not affect results. So the naive and im2col tiers copy what they do
   * not pack.
   *
   * @param weights from `loadWeights` or `randomWeights`
   * @throws ShapeError that lists every weight that is missing, misshaped or extra
   *
   * @example
   * const graph = mobilenetV1({ alpha: 0.25, resolution: 128 });
   * const session = await Session.create(graph, randomWeights(graph, 1), { backend: "im2col" });
   * const scores = await session.run(Tensor.zeros([1, 128, 128, 3]));
   */
  create(graph: Graph, weights: Weights, options?: SessionOptions): Promise<Session>;
} = { create };

async function create(graph: Graph, weights: Weights, options: SessionOptions = {}): Promise<Session> {
  const op = "Session.create";
  knownKeys(op, options, ["backend", "optimize", "threads", "precision", ...PATIENCE]);
  const { signal, onProgress } = checkPatience(op, options);
  const { tier, kernels } = chooseTier(op, options.backend);
  const threads = checkInteger(op, "threads", options.threads ?? 1, 1, MAX_THREADS);
  const wanted = oneOf(op, "precision", options.precision ?? "exact", PRECISIONS);
  const precision = tier === "simd" && wanted === "fast" && hasRelaxedSimd() ? "fast" : "exact";
  const own = readGraph(op, graph);
  checkWeights(op, own, weights);
  const optimize = checkBoolean(op, "optimize", options.optimize ?? true);
  const network = await networkFor(op, own, weights, { tier, kernels, optimize, precision, threads });
  if (signal?.aborted) network.release();
  signal?.throwIfAborted();
  onProgress(1, 1);
  const { executor, source, answer, graph: planned } = network;

  let open = true;
  const inTurn = async <T>(method: string, input: Tensor, job: (own: Tensor) => Promise<T>): Promise<T> => {
    checkOpen(method);
    checkInput(method, input);
    return network.inTurn(input, method === "run" && input.shape[0] === 1, (own) => {
      checkOpen(method);
      return job(own);
    });
  };
  const checkOpen = (method: string): void => {
    if (!open) throw new Error(`session.${method}: the session of ${graph.name} was disposed`);
  };
  const checkInput = (method: string, input: Tensor): void => {
    const [, ...extents] = planned.input.shape;
    if (!(input instanceof Tensor)) throw new ShapeError(`session.${method}: input is ${show(input)}, needs a Tensor`);
    if (!(input.shape[0] > 0) || !sameShape(input.shape.slice(1), extents)) {
      const found = formatShape(input.shape);
      throw new ShapeError(`session.${method}: input is ${found}, ${graph.name} needs n×${formatShape(extents)}`);
    }
  };
  const image = (batch: Tensor, n: number): Tensor =>
    batch.slice(
      batch.shape.map((_, axis) => (axis === 0 ? n : 0)),
      batch.shape.map((extent, axis) => (axis === 0 ? 1 : extent)),
    );

  const session: Session = {
    backend: tier,
    threads: executor.threads,
    precision,
    graph: planned,
    plan: executor.plan,
    run: async (input, options = {}) => {
      const { signal, onProgress } = checkPatience("session.run", options);
      return inTurn("run", input, async (own) => {
        signal?.throwIfAborted();
        const [N] = own.shape;
        if (N === 1) {
          if (own !== source) copyInto(own, source);
          await executor.run();
          onProgress(1, 1);
          return answer.copy();
        }
        const output = Tensor.zeros([N, ...answer.shape.slice(1)]);
        const rest = pacer();
        for (let n = 0; n < N; n++) {
          copyInto(image(own, n), source);
          await executor.run();
          copyInto(answer, image(output, n));
          onProgress(n + 1, N);
          await rest();
          signal?.throwIfAborted();
        }
        return output;
      });
    },
    profile: async (input, options = {}) => {
      const { signal, onProgress } = checkPatience("session.profile", options);
      const { runs = 10, warmup = 1 } = options;
      return inTurn("profile", input, async (own) => {
        checkInteger("session.profile", "runs", runs, 1);
        checkInteger("session.profile", "warmup", warmup, 0);
        const times = executor.steps.map((): number[] => []);
        for (let r = -warmup; r < runs; r++) {
          copyInto(image(own, 0), source);
          const spent = new Float64Array(executor.steps.length);
          await executor.run((step, ms) => {
            spent[step] += ms;
          });
          if (r >= 0) spent.forEach((ms, step) => void times[step].push(ms));
          onProgress(r + warmup + 1, runs + warmup);
          signal?.throwIfAborted();
        }
        return executor.steps.map((node, i) => {
          const ms = median(times[i]);
          const macs = nodeMacs(node);
          const gflops = macs === 0 ? 0 : (2 * macs) / ms / 1e6;
          return { name: node.name, op: node.op, ms, macs, gflops, bytes: nodeBytes(node) };
        });
      });
    },
    dispose: () => {
      if (open) network.release();
      open = false;
    },
  };
  return disposable(session);
}

interface Wanted {
  readonly tier: Tier;
  readonly kernels: Kernels;
  readonly optimize: boolean;
  readonly precision: Precision;
  readonly threads: number;
}

/**
 * Plans and packs a network, or finds one already packed. (A separate function: anything that a session's methods can
 * reach would keep the unpacked weights alive.)
 */
async function networkFor(
  op: string,
  graph: Graph,
  weights: Weights,
  { tier, kernels, optimize, precision, threads }: Wanted,
): Promise<PackedNetwork> {
  const optimized = optimize ? folded(graph, weights) : { graph, weights };
  const planned = optimize ? fused(optimized.graph) : graph;
  const schedule = scheduleOf(planned);
  /** Kernels that do not pack weights read them in place, so they get a private copy. */
  const weightOf = (node: GraphNode, role: string): Tensor | null => {
    const name = node.weights[role]?.name;
    const weight = optimized.weights.get(name) ?? null;
    const isPacked = tier === "simd" || (tier === "im2col" && isLinear(node));
    return !isPacked && weight !== null && weight === weights.get(name) ? weight.copy() : weight;
  };
  const kernelsOf =
    <K>(tierKernels: KernelSet<K>) =>
    (node: GraphNode): K | null =>
      kernelOf(tierKernels, node, (role) => weightOf(node, role));
  const simdKernelOf = kernelsOf(simdKernels(precision));
  const settings = { graph: planned, precision, threads };
  if (tier !== "simd") return packNetwork(tensorExecutor(op, schedule, kernelsOf(kernels)), settings);
  const same = sharedNetwork(settings, ({ packed }) => packed?.holds(simdKernelOf) ?? false);
  return same ?? packNetwork(await emittedExecutor(op, schedule, simdKernelOf, threads), settings);
}

/** Adds the methods behind `using` and `await using`, if the engine has them. */
function disposable(session: Session): Session {
  const { dispose, asyncDispose } = Symbol as { readonly dispose?: symbol; readonly asyncDispose?: symbol };
  return Object.assign(session, {
    ...(dispose && { [dispose]: session.dispose }),
    ...(asyncDispose && { [asyncDispose]: async () => session.dispose() }),
  });
}
