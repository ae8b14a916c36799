/** @file Whole networks, each on every tier. */
import {
  analyze,
  type MobilenetV1Options,
  mobilenetV1,
  random,
  randomTensor,
  randomWeights,
  Session,
  TIERS,
} from "../src/index.ts";

export interface NetworkTask {
  readonly name: string;
  readonly tier: string;
  readonly flops: number;
  run(): Promise<void>;
}

const NETWORKS: readonly MobilenetV1Options[] = [
  { alpha: 0.25, resolution: 128 },
  { alpha: 0.25 },
  { alpha: 0.5, resolution: 160 },
  {},
  { convolution: "standard" },
];

/** @param isQuick leaves out the naive tier, which takes seconds */
export async function networkTasks(seed: number, isQuick: boolean): Promise<readonly NetworkTask[]> {
  const tasks: NetworkTask[] = [];
  for (const options of NETWORKS) {
    const graph = mobilenetV1(options);
    const image = randomTensor(graph.input.shape, random(seed + 1));
    for (const tier of TIERS.filter((name) => !(isQuick && name === "naive"))) {
      const session = await Session.create(graph, randomWeights(graph, seed), { backend: tier });
      tasks.push({
        name: graph.name,
        tier,
        flops: 2 * analyze(graph).total.macs,
        run: async () => void (await session.run(image)),
      });
    }
  }
  return tasks;
}
