/** @file One step of training on a tier: a batch in, its loss and the gradient of every weight out. */
import { emittedExecutor } from "../graph/emittedExecutor.ts";
import { type Executor, tensorExecutor } from "../graph/executor.ts";
import type { Graph } from "../graph/graph.ts";
import { readGraph } from "../graph/readGraph.ts";
import { checkWeights, type Weights } from "../graph/weights.ts";
import { type Backend, chooseTier, type Tier } from "../kernels/index.ts";
import { MAX_THREADS } from "../kernels/simd/threads.ts";
import { knownKeys, ShapeError } from "../tensor/errors.ts";
import { copyInto } from "../tensor/lines.ts";
import { checkInteger } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { TrainingKernels } from "./gradients.ts";
import type { Tape, TapeStep } from "./tape.ts";

export interface GradientsOptions {
  /** Default "auto", the fastest. */
  readonly backend?: Backend | undefined;
  /** Default 1. The answer is the same to the bit for any number. */
  readonly threads?: number | undefined;
}

/** What a batch norm found in a batch: one number per channel, over so many rows. */
export interface Statistic {
  readonly value: Float32Array;
  readonly rows: number;
  readonly isVariance: boolean;
}

/** A network with its reverse pass, for batches of one size. */
export interface GradientSession {
  readonly backend: Tier;
  readonly threads: number;
  /** [n, …], contiguous: where a batch is put before every run, which uses the memory for other things afterwards. */
  readonly input: Tensor;
  /** [n, classes]: for each image what the probabilities should be; put there before every run as well. */
  readonly targets: Tensor;
  /** After a run: the scores, [n, classes], and the loss of each image, [n]. */
  readonly scores: Tensor;
  readonly losses: Tensor;
  /**
   * After a run: the gradient of the mean loss by the names of the weights; those that the loss does not reach are
   * absent.
   */
  readonly gradients: ReadonlyMap<string, Float32Array>;
  /** After a run: mean and variance of each channel, by the names under which batch norm keeps them. */
  readonly statistics: ReadonlyMap<string, Statistic>;
  /** Reads the weights as they are now, and computes; one run at a time. @throws Error after `dispose` */
  run(): Promise<void>;
  /** Lets go of memory and ends the threads. */
  dispose(): void;
}

/**
 * Plans the forward and the reverse pass of a graph for batches of one size.
 *
 * @param graph    ends in scores [1, classes]
 * @param weights  contiguous; changed in place between runs, which read their elements anew
 * @param images of a batch
 * @throws ShapeError if the weights do not fit or the graph does not end in scores
 */
export async function gradientSession(
  graph: Graph,
  weights: Weights,
  images: number,
  options: GradientsOptions = {},
): Promise<GradientSession> {
  const op = "training";
  checkInteger(op, "images of a batch", images, 1);
  const own = readGraph(op, graph);
  checkWeights(op, own, weights);
  knownKeys(op, options, ["backend", "threads"]);
  const threads = checkInteger(op, "threads", options.threads ?? 1, 1, MAX_THREADS);
  const { tier } = chooseTier(op, options.backend);
  for (const [name, weight] of weights) {
    if (!weight.isContiguous) throw new ShapeError(`${op}: ${name} is a view with gaps, needs a contiguous tensor`);
  }
  const { tapeOf } = await import("./tape.ts");
  const tape = tapeOf(own, images);
  const executor = await executorOf(op, tape, weights, tier, threads);
  const part = ({ value, begin }: { value: string; begin: number }, size: number): Float32Array => {
    const { data, offset } = executor.value(value);
    return data.subarray(offset + begin, offset + begin + size);
  };
  let isOpen = true;
  const sizeOfWeight = (name: string): number => (weights.get(name) as Tensor).size;
  return {
    backend: tier,
    threads: executor.threads,
    input: executor.value(tape.input),
    targets: executor.value(tape.targets),
    scores: executor.value(tape.scores),
    losses: executor.value(tape.losses),
    gradients: new Map([...tape.gradients].map(([name, value]) => [name, part(value, sizeOfWeight(name))])),
    statistics: new Map(
      tape.moments.flatMap(({ mean, variance, value, rows }): [string, Statistic][] => {
        const C = sizeOfWeight(mean);
        return [
          [mean, { value: part({ value, begin: 0 }, C), rows, isVariance: false }],
          [variance, { value: part({ value, begin: C }, C), rows, isVariance: true }],
        ];
      }),
    ),
    run: async () => {
      if (!isOpen) throw new Error(`training: the session of ${graph.name} was disposed`);
      executor.refresh();
      for (const name of tape.given) copyInto(weights.get(name) as Tensor, executor.value(name));
      await executor.run();
    },
    dispose: () => {
      isOpen = false;
      executor.dispose();
    },
  };
}

/** The kernels of a tier are loaded when a training begins: most programs never train. */
async function executorOf(
  op: string,
  { schedule }: Tape,
  weights: Weights,
  tier: Tier,
  threads: number,
): Promise<Executor<TapeStep>> {
  const layerOf =
    <K>(kernels: TrainingKernels<K>) =>
    ({ make }: TapeStep): K | null =>
      make(kernels, weights);
  switch (tier) {
    case "simd":
      return emittedExecutor(op, schedule, layerOf((await import("./simd.ts")).simdTraining("exact")), threads);
    case "im2col":
      return tensorExecutor(op, schedule, layerOf((await import("./im2col.ts")).im2colTraining));
    case "naive":
      return tensorExecutor(op, schedule, layerOf((await import("./naive.ts")).naiveTraining));
  }
}
