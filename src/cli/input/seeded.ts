/** @file Prepares a network for timing, with seeded weights and images. */
import type { Graph } from "../../graph/graph.ts";
import { randomWeights } from "../../graph/weights.ts";
import { pause } from "../../runtime/pause.ts";
import { Session, type SessionOptions } from "../../session/session.ts";
import { random, randomTensor } from "../../tensor/random.ts";
import type { Tensor } from "../../tensor/tensor.ts";

export interface SeededRun {
  readonly session: Session;
  /** [images, …] */
  readonly image: Tensor;
}

/** @param images per run, default 1 */
export async function seededRun(
  graph: Graph,
  seed: number,
  options: SessionOptions,
  images: number = 1,
): Promise<SeededRun> {
  await pause(); // each of the two steps may take a second
  const weights = randomWeights(graph, seed);
  await pause();
  const session = await Session.create(graph, weights, options);
  const [, ...extents] = graph.input.shape;
  return { session, image: randomTensor([images, ...extents], random(seed + 1)) };
}
