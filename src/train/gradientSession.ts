/** @file A training step on a tier: from a batch to its loss and the gradient of every weight. */

import type { Graph } from "../graph/graph.ts";
import { checkReal, realTensors } from "../graph/quantized/real.ts";
import { readGraph } from "../graph/readGraph.ts";
import { checkWeights, type Weights } from "../graph/weights.ts";
import { type Backend, choose, type TierName } from "../kernels/tiers.ts";
import { MAX_THREADS } from "../runtime/threads.ts";
import { SESSION_TIERS } from "../session/tiers.ts";
import { knownKeys, ShapeError } from "../tensor/errors.ts";
import { copyInto } from "../tensor/lines.ts";
import { checkInteger } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";

/** Options of `gradientSession`. */
export interface GradientsOptions {
  /** Default "auto", the fastest. */
  readonly backend?: Backend | undefined;
  /** Default 1. Results are bit-identical for any number. */
  readonly threads?: number | undefined;
}

/** A batch norm's statistic of a batch: one number per channel, over `rows` rows. */
export interface Statistic {
  readonly value: Float32Array;
  readonly rows: number;
  readonly isVariance: boolean;
}

/** A network with its reverse pass, for batches of one size. */
export interface GradientSession {
  readonly backend: TierName;
  readonly threads: number;
  /** [n, …], contiguous: write the batch here before every run; the run overwrites it. */
  readonly input: Tensor;
  /** [n, classes]: the target probabilities of each image; also to be written before every run. */
  readonly targets: Tensor;
  /** After a run: the scores, [n, classes], and the loss of each image, [n]. */
  readonly scores: Tensor;
  readonly losses: Tensor;
  /** After a run: the gradient of the mean loss by weight name; weights that do not affect the loss are absent. */
  readonly gradients: ReadonlyMap<string, Float32Array>;
  /** After a run: mean and variance of each channel, by the names of batch norm's weights. */
  readonly statistics: ReadonlyMap<string, Statistic>;
  /** Computes with the current weights; one run at a time. @throws Error after `dispose` */
  run(): Promise<void>;
  /** Frees memory and ends the threads. */
  dispose(): void;
}

/**
 * Plans the forward and the reverse pass of a graph for batches of one size.
 *
 * @param graph    ends in scores [1, classes]
 * @param weights  contiguous; may be changed in place between runs, which read them again
 * @param images of a batch
 * @throws ShapeError if the weights do not fit or the graph does not end in scores
 *
 * @example
 * const graph = fashionNet();
 * const session = await gradientSession(graph, initialWeights(graph, 1), 4, { backend: "im2col" });
 * session.backend; // "im2col"
 * session.dispose();
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
  const tier = choose(op, SESSION_TIERS, options.backend);
  checkReal(op, own);
  const tensors = realTensors(op, weights);
  for (const [name, weight] of tensors) {
    if (!weight.isContiguous) throw new ShapeError(`${op}: ${name} is a view with gaps, needs a contiguous tensor`);
  }
  const { tapeOf } = await import("./tape.ts");
  const tape = tapeOf(own, images);
  const executor = await tier.trainingExecutor(op, tape.schedule, weights, { precision: "exact", threads });
  const tensorOf = (name: string): Tensor => executor.value(name) as Tensor;
  const part = ({ value, begin }: { value: string; begin: number }, size: number): Float32Array => {
    const { data, offset } = tensorOf(value);
    return data.subarray(offset + begin, offset + begin + size);
  };
  let isOpen = true;
  const sizeOfWeight = (name: string): number => (weights.get(name) as Tensor).size;
  return {
    backend: tier.name,
    threads: executor.threads,
    input: tensorOf(tape.input),
    targets: tensorOf(tape.targets),
    scores: tensorOf(tape.scores),
    losses: tensorOf(tape.losses),
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
      for (const [name, value] of tape.weights) copyInto(tensors.get(name) as Tensor, tensorOf(value));
      await executor.run();
    },
    dispose: () => {
      isOpen = false;
      executor.dispose();
    },
  };
}
