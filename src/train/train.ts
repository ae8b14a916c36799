/** @file Training as programs call it. The loop itself is loaded when a training begins: most programs never train. */

import type { Graph } from "../graph/graph.ts";
import type { Tier } from "../kernels/index.ts";
import type { Patience } from "../tensor/patience.ts";
import type { Tensor } from "../tensor/tensor.ts";
import type { Dataset } from "./dataset.ts";
import type { TrainingOptions } from "./options.ts";

/** All that a training needs to go on. */
export interface TrainingState {
  readonly weights: Map<string, Tensor>;
  /** What the optimiser remembers. */
  readonly memory: Map<string, Tensor>;
  /** Steps that are done. */
  readonly step: number;
}

/** What is known after a step. */
export interface TrainingStep {
  /** Steps done and steps in all. */
  readonly step: number;
  readonly steps: number;
  /** The epoch that the step belongs to, from 0, and the steps of an epoch. */
  readonly epoch: number;
  readonly perEpoch: number;
  readonly learningRate: number;
  /** Of this batch: the mean loss, and the share of pictures whose largest score was right. */
  readonly loss: number;
  readonly accuracy: number;
  readonly pictures: number;
  readonly backend: Tier;
  readonly threads: number;
  /** What a checkpoint would hold. The tensors are those that the next step changes. */
  readonly state: TrainingState;
}

export interface TrainingHooks extends Patience {
  /** Where an earlier training stopped; it goes on as if nothing had happened. */
  readonly state?: TrainingState;
  /**
   * Told after every step; says whether to go on. Between steps training yields to the event loop every fifth of a second, so
   * that a page or a signal has its turn.
   */
  readonly onStep?: (step: TrainingStep) => boolean | Promise<boolean>;
}

/**
 * Trains a graph from the first weights on.
 *
 * @param graph ends in scores [1, classes]; its batch norms learn their statistics as they go
 * @param data    pictures of the graph's size, shown as pixel / 255
 * @param options see {@link TrainingOptions}
 * @returns the weights, to the bit the same for the same seed and tier, any number of threads, and any stops and resumptions
 * @throws ShapeError if pictures, classes or options do not fit; Error if the loss is no number any more, with the step, the
 *   largest gradient and advice
 *
 * @example
 * const { weights } = await train(fashionNet(), data, { epochs: 3, threads: 2 });
 */
export async function train(
  graph: Graph,
  data: Dataset,
  options: TrainingOptions = {},
  hooks: TrainingHooks = {},
): Promise<TrainingState> {
  const { runTraining } = await import("./loop.ts");
  return runTraining(graph, data, options, hooks);
}
