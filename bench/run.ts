/**
 * @file Times layers and networks on every tier: `npm run bench`. With --quick, no naive tier.
 *
 * The limits of plain JavaScript and of WebAssembly SIMD are measured in the same process, and every speed is also
 * given as a share of its tier's: machines drift, ratios hold. Tiers are checked against each other before anything is
 * timed.
 */

import { Bench } from "tinybench";
import { simdLimit } from "../src/index.ts";
import { plainLimit } from "../src/measure/plainLimit.ts";
import { machineName } from "../src/report/origin.ts";
import { layerTasks } from "./layers.ts";
import { networkTasks } from "./networks.ts";

const SEED = 1;
const isQuick = process.argv.includes("--quick");

interface Row {
  readonly name: string;
  readonly tier: string;
  /** Median, milliseconds. */
  readonly ms: number;
  /** Median absolute deviation, milliseconds. */
  readonly mad: number;
  readonly samples: number;
  readonly gflops: number;
}

const layers = await layerTasks(SEED, isQuick);
for (const { name, tier, run } of layers) {
  const [first] = layers.filter((other) => other.name === name);
  const [ours, theirs] = [await run(), await first.run()];
  const worst = ours.data.reduce((max, value, i) => Math.max(max, Math.abs(value - theirs.data[i])), 0);
  if (worst > 1e-4) throw new Error(`${name}: ${tier} and ${first.tier} differ by ${worst}`);
}
const simdPeak = simdLimit();
const peakBefore = plainLimit();

const bench = new Bench({ time: 300, iterations: 5, warmupTime: 100, warmupIterations: 2 });
for (const [i, { run }] of layers.entries()) bench.add(`layer ${i}`, run);
const networks = await networkTasks(SEED, isQuick);
for (const [i, { run }] of networks.entries()) bench.add(`network ${i}`, run);
await bench.run();

function measured(task: string, name: string, tier: string, flops: number): Row {
  const result = bench.getTask(task)?.result;
  if (result?.state !== "completed") throw new Error(`${task} was not measured`);
  const { p50, mad, samplesCount } = result.latency;
  return { name, tier, ms: p50, mad, samples: samplesCount, gflops: flops / p50 / 1e6 };
}
const peaks = [peakBefore, plainLimit()];
const peak = Math.max(...peaks);
const rows = [
  ...layers.map(({ name, tier, flops }, i) => measured(`layer ${i}`, name, tier, flops)),
  ...networks.map(({ name, tier, flops }, i) => measured(`network ${i}`, name, tier, flops)),
];

const machine = machineName();
console.log(`${machine}, seed ${SEED}, one thread, medians\n`);
const line = (cells: readonly string[]): string =>
  cells.map((cell, i) => (i < 2 ? cell.padEnd(i === 0 ? 38 : 8) : cell.padStart(11))).join(" ");
console.log(`limit of WebAssembly SIMD: ${simdPeak.toFixed(1)} GFLOP/s`);
console.log(
  `limit of plain JavaScript, before and after: ${peaks.map((rate) => rate.toFixed(1)).join(", ")} GFLOP/s\n`,
);
console.log(line(["", "tier", "ms", "± ms", "samples", "GFLOP/s", "of limit"]));
for (const { name, tier, ms, mad, samples, gflops } of rows) {
  const share = `${((100 * gflops) / (tier === "simd" ? simdPeak : peak)).toFixed(0)} %`;
  console.log(line([name, tier, ms.toFixed(3), mad.toFixed(3), String(samples), gflops.toFixed(2), share]));
}
