/** LiteRT.js (TensorFlow Lite in WebAssembly) in Node: its loader is a worker's, and gets what a worker has. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname } from "node:path";
import vm from "node:vm";

/** @param folder node_modules of whoever has installed it */
export async function litert(folder) {
  becomeWorker();
  const { loadLiteRt, loadAndCompile, Tensor } = await import(`${folder}/@litertjs/core/dist/index.js`);
  await inSilence(() => loadLiteRt(`${folder}/@litertjs/core/wasm/`));
  /** A model's function from typed arrays to typed arrays, in the file's order. */
  return async (bytes, threads = 1) => {
    const cpuOptions = { numThreads: threads };
    const model = await inSilence(() => loadAndCompile(bytes, { accelerator: "wasm", cpuOptions }));
    const inputs = model.getInputDetails();
    return {
      run: async (arrays) => {
        const given = arrays.map((array, i) => new Tensor(array, [...inputs[i].shape]));
        const outputs = await model.run(given);
        const answers = [];
        for (const output of outputs) {
          answers.push({ shape: [...output.type.layout.dimensions], data: await output.data() });
          output.delete();
        }
        for (const tensor of given) tensor.delete();
        return answers;
      },
      close: () => model.delete(),
    };
  };
}

function becomeWorker() {
  globalThis.self ??= globalThis;
  globalThis.navigator ??= { hardwareConcurrency: 1, userAgent: "node" };
  globalThis.importScripts = (path) => {
    Object.assign(globalThis, { require: createRequire(path), __filename: path, __dirname: dirname(path) });
    vm.runInThisContext(readFileSync(path, "utf8"), { filename: path });
  };
}

/** Without what it tells of its accelerators. */
async function inSilence(run) {
  const { log, warn, error } = console;
  console.log = console.warn = console.error = () => {};
  try {
    return await run();
  } finally {
    Object.assign(console, { log, warn, error });
  }
}
