/**
 * Model files, beside the engines that others have: `npm run bench:files -- FILE …`.
 *
 * Outputs are checked against each other, then every engine is timed in turns, one thread each. Prints the ratios, the
 * time per multiply–accumulate, and the layers that take longest here.
 */
import { random, randomTensor, Session } from "../../dist/index.js";
import { inTurns, start } from "./turns.mjs";
import { workloadOf } from "./workloads.mjs";

const ROUNDS = 15;
const children = await Promise.all(
  ["separable", "LiteRT.js", "tfjs-wasm", "onnxruntime-web"].map((name) => start(name, 1)),
);
for (const file of process.argv.slice(2)) {
  const { graph, weights } = await workloadOf(file);
  const able = [];
  for (const one of children) {
    const refusal = await one.ask("prepare", file).then(
      () => null,
      ({ message }) => message,
    );
    if (refusal === null) able.push(one);
    else console.log(`${file}: ${refusal}`);
  }
  const { macs, engines } = await inTurns(file, graph, able, ROUNDS);
  const [own, ...others] = Object.entries(engines);
  console.log(`${file}: ${(macs / 1e6).toFixed(1)} million MACs`);
  for (const [name, { ms }] of [own, ...others]) {
    const ratio = ms / own[1].ms;
    console.log(
      `  ${name.padEnd(20)} ${ms.toFixed(2).padStart(8)} ms  ${((ms / macs) * 1e9).toFixed(1)} ps a MAC  ${ratio.toFixed(2)} ×`,
    );
  }
  const session = await Session.create(graph, weights, { backend: "simd" });
  const layers = await session.profile(randomTensor(graph.input.shape, random(1)), { runs: 20 });
  const slowest = layers.toSorted((a, b) => b.ms - a.ms).slice(0, 3);
  for (const { name, op, ms } of slowest)
    console.log(`  ${(ms * 1000).toFixed(0).padStart(6)} µs  ${op ?? ""} ${name}`);
}
for (const { child } of children) child.kill();
