/**
 * What an engine takes from nothing to its first answer, in a process of its own: `node startup.mjs ENGINE FOLDER`.
 * Prints JSON: milliseconds of the import, of making MobileNetV1 1.0-224 from weights in memory, and of the first run;
 * and, measured afterwards, of moving the bytes of the weights once into linear memory that nobody has touched.
 */
import { readFileSync } from "node:fs";

const [name, folder] = process.argv.slice(2);
const kind = name.startsWith("onnx") ? "onnx" : name === "LiteRT.js" ? "tflite" : "safetensors";
const bytes = readFileSync(`${folder}/v1.${kind}`);
const pixels = new Float32Array(new Uint8Array(readFileSync(`${folder}/image.f32`)).buffer);
const times = [performance.now()];
const lap = () => times.push(performance.now());
await {
  separable: async () => {
    const { loadWeights, mobilenetV1, Session, tensor } = await import("../../dist/index.js");
    lap();
    const session = await Session.create(mobilenetV1({ batchNorm: false }), await loadWeights(bytes));
    lap();
    return session.run(tensor(pixels, [1, 224, 224, 3]));
  },
  "LiteRT.js": async () => {
    const { litert } = await import("../../test/oracles/tflite/litert.mjs");
    const load = await litert(new URL("node_modules", import.meta.url).pathname);
    lap();
    const model = await load(bytes);
    lap();
    return model.run([pixels]);
  },
  "onnxruntime-node": () => ort("node"),
  "onnxruntime-web": () => ort("web"),
  "tfjs-wasm": () => viaGraph("tfjs", "tfjsWasm"),
  "tfjs-cpu": () => viaGraph("tfjs", "tfjsCpu"),
  "jax-js": () => viaGraph("jax", "jax"),
}[name]();
lap();
const [begin, imported, made, ran] = times;
const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes.length / 65536) });
const before = performance.now();
new Uint8Array(memory.buffer).set(bytes);
const move = performance.now() - before;
process.stdout.write(
  JSON.stringify({ import: imported - begin, create: made - imported, firstRun: ran - made, total: ran - begin, move }),
);
process.exit();

async function ort(kind) {
  const runtime = await import(`onnxruntime-${kind}`);
  if (kind === "web") runtime.env.wasm.numThreads = 1;
  lap();
  const options = kind === "web" ? { executionProviders: ["wasm"] } : { intraOpNumThreads: 1, interOpNumThreads: 1 };
  const session = await runtime.InferenceSession.create(bytes, options);
  lap();
  return session.run({ input: new runtime.Tensor("float32", pixels, [1, 3, 224, 224]) });
}

/** The engines that have no file format here get their layers from the same graph. */
async function viaGraph(file, key) {
  const { fuseActivation, loadWeights, mobilenetV1, tensor } = await import("../../dist/index.js");
  const weights = await loadWeights(bytes);
  const graph = fuseActivation(mobilenetV1({ batchNorm: false }));
  times[0] = performance.now(); // ours is not theirs to pay for
  const prepare = await (await import(`./engines/${file}.mjs`))[key].open(1);
  lap();
  const engine = await prepare(graph, weights);
  lap();
  return engine.run(engine.input(tensor(pixels, [1, 224, 224, 3])));
}
