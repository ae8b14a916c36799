/**
 * One engine in a process of its own, so that none of them finds what another one did to the globals: `engine.mjs NAME
 * THREADS`, a child of compare.mjs. It is told to prepare a workload, then to time single runs of it, and answers each
 * time.
 */
import { Bench } from "tinybench";
import { jax } from "./engines/jax.mjs";
import { liteRt } from "./engines/litert.mjs";
import { ortNode, ortWeb } from "./engines/ort.mjs";
import { plainJavaScript, separable, separableFast } from "./engines/separable.mjs";
import { tfjsCpu, tfjsWasm } from "./engines/tfjs.mjs";
import { imageFor, workloadOf } from "./workloads.mjs";

const [name, threads] = process.argv.slice(2);
const prepare = await [separable, separableFast, plainJavaScript, liteRt, tfjsWasm, ortWeb, ortNode, jax, tfjsCpu]
  .find((engine) => engine.name === name)
  .open(Number(threads));
let engine;
let x;

const orders = {
  /** Makes a workload ready, warm, and returns its answer. */
  prepare: async (value) => {
    engine?.close?.();
    const { graph, weights } = await workloadOf(value);
    engine = await prepare(graph, weights);
    const image = imageFor(graph);
    x = engine.input(image);
    const answer = engine.output(await engine.run(x));
    const end = performance.now() + 400; // until the engine has compiled what is hot
    do await engine.run(x);
    while (performance.now() < end);
    return Float32Array.from(answer);
  },
  /** Milliseconds of a run, after one that is not timed: the caches are this engine's again. */
  time: async () => {
    const bench = new Bench({ iterations: 1, time: 0, warmup: false, throws: true });
    bench.add(name, () => engine.run(x), { beforeEach: async () => void (await engine.run(x)) });
    const [{ result }] = await bench.run();
    return result.latency.p50;
  },
  /** Milliseconds inside the kernels, without the copies of image and answer; only from engines that tell. */
  kernels: async () => (await engine.kernelMs?.(x)) ?? null,
};
process.on("message", async ({ order, value }) => {
  try {
    process.send({ answer: await orders[order](value) });
  } catch (error) {
    process.send({ error: String(error) });
  }
});
process.send("ready");
