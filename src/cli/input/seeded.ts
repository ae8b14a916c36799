/** @file Prepares a network for timing, with seeded weights and images. */
import type { Graph } from "../../graph/graph.ts";
import { randomWeights } from "../../graph/weights.ts";
import type { TierName } from "../../kernels/tiers.ts";
import { pause } from "../../runtime/pause.ts";
import { MAX_THREADS } from "../../runtime/threads.ts";
import { Session, type SessionOptions } from "../../session/session.ts";
import { random, randomTensor } from "../../tensor/random.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { type Arguments, UsageError } from "../command.ts";

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

/** Reads `--threads`. @throws UsageError for more than one where the only tier that runs has one */
export function threadsOf(command: string, given: Arguments, backend: TierName | "all"): number {
  const threads = given.integer("threads", 1, 1, MAX_THREADS);
  if (threads === 1 || backend === "simd" || backend === "all") return threads;
  throw new UsageError(`${command}: --threads ${threads} is for the simd tier, ${backend} has one`);
}
