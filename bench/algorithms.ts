/**
 * @file Algorithms of standard convolutions, in turns: layers by each, and MobileNetV1 beside its standard twin, directly
 * and by the algorithm with the fewest operations. `npm run bench:algorithms`. Outputs are compared first.
 */
import {
  analyze,
  type Graph,
  graphBuilder,
  mobilenetV1,
  random,
  randomTensor,
  randomWeights,
  Session,
  type Tensor,
  TIERS,
  withAlgorithm,
} from "../src/index.ts";
import { type Timing, timeInTurns } from "../src/measure/timing.ts";
import { machineName } from "../src/report/origin.ts";

const ALGORITHMS = ["direct", "winograd2", "winograd4"] as const;
/** The blocks of MobileNetV1's standard twin that have stride 1: size, channels in and out. */
const LAYERS = [
  [112, 32, 64],
  [56, 128, 128],
  [28, 256, 256],
  [14, 512, 512],
  [7, 1024, 1024],
] as const;
const ROUNDS = 41;
/** Largest distance of two outputs, relative to their size. */
const CLOSE = 1e-4;

const graphs = LAYERS.map(([size, C, O]) => {
  return ALGORITHMS.map((algorithm) => {
    const g = graphBuilder("layer", [1, size, size, C]);
    return g.build(g.conv2d(g.input, { outputs: O, padding: "same", activation: "relu6", algorithm }));
  });
});
console.log(
  `${machineName()}, one thread, simd tier, medians of ${ROUNDS} rounds in turns;\nhow many times faster than direct tiles of 2×2 and 4×4 are, and how many times fewer products they take\n`,
);
const layers = [["3×3 at stride 1", ...ALGORITHMS, "faster by 2", "promised", "faster by 4", "promised"]];
for (const [i, [size, C, O]] of LAYERS.entries()) {
  const own = graphs[i];
  const [direct, two, four] = await times(own, "simd", ROUNDS);
  const promised = own.map((graph) => analyze(graph).total.macs / analyze(graph).total.products);
  layers.push([
    `${size}×${size}×${C} → ${O}`,
    ...[direct, two, four].map(({ ms }) => `${ms.toFixed(2)} ms`),
    `${(direct.ms / two.ms).toFixed(2)}×`,
    promised[1].toFixed(2),
    `${(direct.ms / four.ms).toFixed(2)}×`,
    promised[2].toFixed(2),
  ]);
}
print(layers);

const standard = mobilenetV1({ convolution: "standard" });
const [separable, fair] = [mobilenetV1(), withAlgorithm(standard, "best")];
const promise = (graph: Graph): string =>
  (analyze(graph).total.products / analyze(separable).total.products).toFixed(2);
console.log(
  `\n${separable.name} beside its standard twin: directly, ${promise(standard)} times the products; best, ${promise(fair)}\n`,
);
const networks = [["tier", "rounds", "separable", "direct", "best", "direct / separable", "best / separable"]];
for (const tier of TIERS) {
  const rounds = { naive: 1, im2col: 5, simd: ROUNDS }[tier];
  const [own, direct, best] = await times([separable, standard, fair], tier, rounds);
  const spread = ({ quarter, ms, threeQuarters }: Timing): string =>
    rounds === 1 ? `${ms.toFixed(0)}` : `${ms.toFixed(1)} (${quarter.toFixed(1)} to ${threeQuarters.toFixed(1)})`;
  networks.push([
    tier,
    String(rounds),
    ...[own, direct, best].map(spread),
    `${(direct.ms / own.ms).toFixed(2)}×`,
    `${(best.ms / own.ms).toFixed(2)}×`,
  ]);
}
print(networks);
console.log("\nmilliseconds for an image, the middle half of the rounds in parentheses");

/** Times of graphs that take the same image; those with the same weights must agree. */
async function times(all: readonly Graph[], backend: (typeof TIERS)[number], rounds: number) {
  const image = randomTensor(all[0].input.shape, random(2));
  const sessions = await Promise.all(all.map((graph) => Session.create(graph, randomWeights(graph, 1), { backend })));
  const answers: Tensor[] = [];
  for (const session of sessions) answers.push(await session.run(image));
  const twins = answers.filter((_, i) => all[i].name === all[all.length - 1].name);
  for (const answer of twins) {
    const distance = Math.hypot(...answer.data.slice(0, 1e4).map((value, i) => value - twins[0].data[i]));
    const size = Math.hypot(...twins[0].data.slice(0, 1e4));
    if (!(distance <= CLOSE * size))
      throw new Error(`${all[0].name}: outputs are ${distance / size} of their size apart`);
  }
  const timings = await timeInTurns(
    sessions.map((session) => ({ run: async () => void (await session.run(image)) })),
    { rounds, minMs: 0, warmupMs: rounds === 1 ? 0 : 300, ...(rounds === 1 && { warmup: 0 }) },
  );
  for (const session of sessions) session.dispose();
  return timings;
}

/** Rows of text: the first column to the left, the others to the right. */
function print(rows: readonly (readonly string[])[]): void {
  const widths = rows[0].map((_, i) => Math.max(...rows.map((row) => row[i].length)));
  for (const row of rows) {
    console.log(row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join("  "));
  }
}
