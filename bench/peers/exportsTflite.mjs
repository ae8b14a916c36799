/**
 * Random networks of every kind of node, with a value in the middle as a second output, exported as TensorFlow Lite and
 * opened in LiteRT.js: `npm run test:peers`, seeds 1 to 500, or node bench/peers/exportsTflite.mjs FIRST LAST. What
 * TensorFlow Lite has no operators for is refused, and counted.
 */
import { loadModel, writeModel } from "../../dist/index.js";
import { litert } from "../../test/oracles/tflite/litert.mjs";
import { compareExports, compiled } from "./random.mjs";

const { randomNetwork } = await compiled("../../test/support/networks.ts");
const open = await litert(new URL("node_modules", import.meta.url).pathname);

await compareExports({
  runtime: "LiteRT.js",
  lacking: "TensorFlow Lite has no",
  make: randomNetwork,
  answers: async (graph, weights, inputs) => {
    const bytes = await writeModel(graph, weights, "tflite");
    const model = await open(bytes.slice());
    const outputs = await model.run(inputs.map(([, x]) => x.toFloat32Array()));
    model.close();
    return { outputs, back: await loadModel(bytes) };
  },
});
