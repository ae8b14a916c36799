/** LiteRT.js: TensorFlow Lite with XNNPACK in WebAssembly, from the same graph written as TensorFlow Lite. */
import { writeModel } from "../../../dist/index.js";
import { litert } from "../../../test/oracles/tflite/litert.mjs";

const open = async (threads) => {
  const load = await litert(new URL("../node_modules", import.meta.url).pathname);
  return async (graph, weights) => {
    const model = await load(await writeModel(graph, weights, "tflite"), threads);
    return {
      input: (x) => [x.toFloat32Array()],
      run: async (x) => (await model.run(x))[0].data,
      output: (data) => data,
      close: model.close,
    };
  };
};

export const liteRt = { name: "LiteRT.js", package: "@litertjs/core", open };
