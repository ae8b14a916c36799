/** @file Prepares a network for timing: seeded images, and seeded weights where it has none. */
import type { Graph } from "../../graph/graph.ts";
import { randomWeights, type Weights } from "../../graph/weights.ts";
import { pause } from "../../runtime/pause.ts";
import { Session, type SessionOptions } from "../../session/session.ts";
import { random, randomTensor } from "../../tensor/random.ts";
import type { Tensor } from "../../tensor/tensor.ts";

export interface SeededRun {
  readonly session: Session;
  /** [images, …] for each input, by name. */
  readonly inputs: Readonly<Record<string, Tensor>>;
}

/** @param images per run, default 1 */
export async function seededRun(
  network: { readonly graph: Graph; readonly weights: Weights | null },
  seed: number,
  options: SessionOptions,
  images: number = 1,
): Promise<SeededRun> {
  await pause(); // each of the two steps may take a second
  const { graph } = network;
  const weights = network.weights ?? randomWeights(graph, seed);
  await pause();
  const session = await Session.create(graph, weights, options);
  const source = random(seed + 1);
  const inputs = graph.inputs.map(({ name, shape: [, ...extents] }) => {
    return [name, randomTensor([images, ...extents], source)] as const;
  });
  return { session, inputs: Object.fromEntries(inputs) };
}
