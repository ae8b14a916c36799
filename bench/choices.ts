/**
 * @file What was chosen by measurement, measured again: sizes of tiles, bands of rows, and how near a network comes to
 * its tiles. `npm run bench:choices`, on whatever engine runs it.
 */

import { Bench } from "tinybench";
import { foldBatchNorm } from "../src/graph/foldBatchNorm.ts";
import { fuseActivation } from "../src/graph/fuseActivation.ts";
import type { Graph } from "../src/graph/graph.ts";
import { mobilenetV1, mobilenetV2, random, randomTensor, randomWeights, Session, simdLimit } from "../src/index.ts";
import type { Kernel, KernelSet } from "../src/kernels/contract/kernels.ts";
import { ARITHMETIC } from "../src/kernels/simd/arithmetic.ts";
import { KC_BYTES } from "../src/kernels/simd/blocking.ts";
import { finished } from "../src/kernels/simd/ending.ts";
import { ENGINES, hasRelaxedSimd, type Precision, sizesFor } from "../src/kernels/simd/engines.ts";
import { heightsOf } from "../src/kernels/simd/rows.ts";
import { tile } from "../src/kernels/simd/tile.ts";
import { simdKernels } from "../src/kernels/simd.ts";
import { type Task, timeInTurns } from "../src/measure/timing.ts";
import { machineName } from "../src/report/origin.ts";
import { emittedExecutor } from "../src/runtime/emittedExecutor.ts";
import { type NodeStep, scheduleOf } from "../src/runtime/schedule.ts";
import type { Tensor } from "../src/tensor/tensor.ts";
import { encodeModule } from "../src/wasm/module.ts";
import { LANES, VECTOR_BYTES } from "../src/wasm/sizes.ts";

const limit = simdLimit();
console.log(`${machineName()}; limit of WebAssembly SIMD: ${limit.toFixed(1)} GFLOP/s\n`);

/** The best of many runs: what the code can do where nothing disturbs it. */
function best(run: () => void): number {
  const bench = new Bench({ time: 500, iterations: 1, warmup: false, throws: true });
  bench.add("run", run);
  const [{ result }] = bench.runSync();
  if (result.state !== "completed") throw new Error(`a run ended as ${result.state}`);
  return result.latency.min;
}

/** GFLOP/s of a tile alone, x and w in the caches. */
function speedOfTile(rows: number, columns: number, precision: Precision, K: number = 512): number {
  const count = Math.round(960 / rows);
  const code = tile(rows, {
    arithmetic: ARITHMETIC[precision],
    walk: { count: K, stepBytes: 4 },
    ending: finished("relu6"),
    resumes: false,
    columns,
    xRowBytes: 4 * K,
    yRowBytes: 4 * columns,
  });
  const memory = new WebAssembly.Memory({ initial: 128 });
  const module = new WebAssembly.Module(encodeModule({ code }, { pages: 1, shared: false }));
  const run = new WebAssembly.Instance(module, { env: { memory } }).exports.code as (...values: number[]) => void;
  return (2 * rows * count * columns * K) / best(() => run(4 << 20, 1 << 20, 64, count)) / 1e6;
}

console.log("tile, rows × columns   acc.   GFLOP/s: product, then sum   in one instruction");
for (const [rows, columns] of [
  [1, 8],
  [2, 8],
  [3, 8],
  [4, 8],
  [5, 8],
  [6, 8],
  [3, 12],
  [4, 12],
  [1, 16],
  [2, 16],
  [3, 16],
  [4, 16],
]) {
  const [apart, together] = (["exact", "fast"] as const).map((precision) =>
    precision === "fast" && !hasRelaxedSimd() ? "" : speedOfTile(rows, columns, precision).toFixed(1),
  );
  console.log(
    `${`${rows} × ${columns}`.padEnd(22)} ${String((rows * columns) / 4).padStart(4)} ${apart.padStart(28)} ${together.padStart(20)}`,
  );
}

/** A network on the simd tier, to be timed. */
async function taskOf(graph: Graph, kernels: KernelSet<Kernel>, bandBytes?: number): Promise<Task> {
  const { graph: folded, weights } = foldBatchNorm(graph, randomWeights(graph, 1));
  const network = fuseActivation(folded);
  const image = randomTensor(graph.input.shape, random(2));
  const kernelOf = (step: NodeStep): Kernel | null => step.kernel(kernels);
  const schedule = scheduleOf(network);
  const { value, run } = await emittedExecutor("bench", schedule, kernelOf, weights, { threads: 1, bandBytes });
  const before = async (): Promise<void> => {
    const input = value(network.input.name) as Tensor;
    input.data.set(image.data, input.offset);
  };
  return { run, before };
}

const ROUNDS = { rounds: 30, warmup: 10 };

console.log(
  "\nsizes for      acc.   columns   channels   one thread, median ms:   MobileNetV1 1.0-224   MobileNetV2 1.0-224",
);
const networks = [mobilenetV1(), mobilenetV2()];
const times = [];
for (const graph of networks) {
  const tasks = [];
  for (const engine of ENGINES) tasks.push(await taskOf(graph, simdKernels("exact", sizesFor("exact", engine))));
  times.push(await timeInTurns(tasks, ROUNDS));
}
for (const [i, engine] of ENGINES.entries()) {
  const { accumulators, panelVectors, channelVectors } = sizesFor("exact", engine);
  const sizes = [accumulators[0], panelVectors * LANES, channelVectors * LANES];
  console.log(
    `${engine.padEnd(13)} ${sizes.map((size, k) => String(size).padStart([5, 9, 10][k])).join(" ")}`.padEnd(64) +
      times.map((of) => of[i].ms.toFixed(2).padStart(22)).join(""),
  );
}

console.log("\nbands of a separable block   MobileNetV1 1.0-224, one thread, median ms");
const KIB = 1024;
const bands = [16 * KIB, 64 * KIB, 256 * KIB, 1024 * KIB, Number.MAX_SAFE_INTEGER];
const banded = [];
for (const bytes of bands) banded.push(await taskOf(networks[0], simdKernels("exact"), bytes));
for (const [i, { ms }] of (await timeInTurns(banded, ROUNDS)).entries()) {
  const name = bands[i] === Number.MAX_SAFE_INTEGER ? "none: layer after layer" : `${bands[i] / KIB} KiB`;
  console.log(`${name.padEnd(28)} ${ms.toFixed(2)}`);
}

const [, second] = networks;
const session = await Session.create(second, randomWeights(second, 1), { backend: "simd" });
const rows = await session.profile(randomTensor(second.input.shape, random(2)), { runs: 60, warmup: 20 });
const { accumulators, panelVectors } = sizesFor("exact");
const columns = panelVectors * LANES;
const [common] = heightsOf(columns, accumulators);
const alone = new Map<number, number>();
let [total, pointwise, atBest] = [0, 0, 0];
for (const { op, ms, macs, name } of rows) {
  total += ms;
  if (op !== "pointwiseConv2d") continue;
  const channels = session.graph.nodes.find((node) => node.name === name)?.inputShapes[0][3] ?? 0;
  // A tile has at most KC steps of k at once; between slices the accumulators wait.
  const K = Math.min(channels, KC_BYTES / (panelVectors * VECTOR_BYTES));
  const speed = alone.get(K) ?? speedOfTile(common, columns, "exact", K);
  alone.set(K, speed);
  pointwise += ms;
  atBest += Math.min(ms, (2 * macs) / speed / 1e6);
}
console.log(`\ntile of ${common} × ${columns} by itself, with bias and ReLU6   k   GFLOP/s`);
for (const [K, speed] of [...alone].sort(([a], [b]) => a - b)) {
  console.log(`${String(K).padStart(45)} ${speed.toFixed(1).padStart(9)}`);
}
console.log("\nMobileNetV2 1.0-224, one thread, layer by layer                median ms");
const inAll = (name: string, ms: number): void => console.log(`${name.padEnd(62)} ${ms.toFixed(2)}`);
inAll("as it is", total);
inAll("were its pointwise layers as fast as the tile by itself", total - pointwise + atBest);
process.exit();
