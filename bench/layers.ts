/** @file Typical layers of MobileNetV1, each as a network of one layer, on every tier. */
import {
  analyze,
  type Graph,
  type GraphBuilder,
  graphBuilder,
  random,
  randomTensor,
  randomWeights,
  Session,
  type Tensor,
  TIERS,
} from "../src/index.ts";

export interface Task {
  readonly name: string;
  readonly tier: string;
  readonly flops: number;
  /** Runs the layer once; weights are packed beforehand. */
  run(): Promise<Tensor>;
}

type Layer = readonly [name: string, input: readonly number[], build: (g: GraphBuilder) => string];

const SAME = { padding: "same", activation: "relu6" } as const;
const LAYERS: readonly Layer[] = [
  ["standard 224×224×3→32, stride 2", [1, 224, 224, 3], (g) => g.conv2d(g.input, { ...SAME, outputs: 32, strides: 2 })],
  ["standard 14×14×512→512", [1, 14, 14, 512], (g) => g.conv2d(g.input, { ...SAME, outputs: 512 })],
  ["depthwise 112×112×64, stride 2", [1, 112, 112, 64], (g) => g.depthwiseConv2d(g.input, { ...SAME, strides: 2 })],
  ["depthwise 56×56×128", [1, 56, 56, 128], (g) => g.depthwiseConv2d(g.input, SAME)],
  ["depthwise 14×14×512", [1, 14, 14, 512], (g) => g.depthwiseConv2d(g.input, SAME)],
  ["depthwise 5×5, 28×28×120", [1, 28, 28, 120], (g) => g.depthwiseConv2d(g.input, { ...SAME, kernel: 5 })],
  ["pointwise 112×112×32→64", [1, 112, 112, 32], (g) => g.pointwiseConv2d(g.input, { ...SAME, outputs: 64 })],
  ["pointwise 56×56×128→128", [1, 56, 56, 128], (g) => g.pointwiseConv2d(g.input, { ...SAME, outputs: 128 })],
  ["pointwise 14×14×512→512", [1, 14, 14, 512], (g) => g.pointwiseConv2d(g.input, { ...SAME, outputs: 512 })],
  ["pointwise 7×7×1024→1024", [1, 7, 7, 1024], (g) => g.pointwiseConv2d(g.input, { ...SAME, outputs: 1024 })],
];

/** @param isQuick leaves out the naive tier, which takes seconds */
export async function layerTasks(seed: number, isQuick: boolean): Promise<readonly Task[]> {
  const tasks: Task[] = [];
  for (const [name, shape, build] of LAYERS) {
    const g = graphBuilder(name, shape);
    const graph: Graph = g.build(build(g));
    const weights = randomWeights(graph, seed);
    const x = randomTensor(shape, random(seed + 1));
    for (const tier of TIERS.filter((each) => !(isQuick && each === "naive"))) {
      const session = await Session.create(graph, weights, { backend: tier });
      tasks.push({ name, tier, flops: 2 * analyze(graph).total.macs, run: () => session.run(x) });
    }
  }
  return tasks;
}
