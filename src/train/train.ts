/** @file The public training API. The loop itself is loaded when a training starts: most programs never train. */

import type { Dataset } from "../data/dataset.ts";
import type { Graph } from "../graph/graph.ts";
import type { TrainingHooks, TrainingState } from "./loop.ts";
import type { TrainingOptions } from "./options.ts";

export type { TrainingHooks, TrainingState, TrainingStep } from "./loop.ts";

/**
 * Trains a graph: from initial weights, from `hooks.weights`, or on from `hooks.state`.
 *
 * @param graph   ends in scores [1, classes]; its batch norms learn their statistics
 * @param data    images of the graph's size, shown as pixel / 255
 * @param options see {@link TrainingOptions}
 * @returns the final state, bit-identical for the same seed and tier, any number of threads, and any stops and
 *   resumptions
 * @throws ShapeError if images, classes or options do not fit; Error if the loss is not finite, with the step, the
 *   largest gradient and advice
 *
 * @example
 * const { weights } = await train(fashionNet(), await fashionSample(), { epochs: 2, batch: 14, threads: 2 });
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
