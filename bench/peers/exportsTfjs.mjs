/**
 * Random networks of what layers can be, with a value in the middle as a second output, exported as TensorFlow.js layers
 * models and run by TensorFlow.js: `npm run test:peers`, seeds 1 to 500, or node bench/peers/exportsTfjs.mjs FIRST LAST.
 * What TensorFlow.js has no layers for is refused, and counted.
 */
import * as tf from "@tensorflow/tfjs";
import { loadModel, writeModel } from "../../dist/index.js";
import { compareExports, compiled } from "./random.mjs";

await tf.setBackend("cpu");
const { NO_LAYERS, randomNetwork } = await compiled("../../test/support/networks.ts");

await compareExports({
  runtime: "TensorFlow.js",
  lacking: "TensorFlow.js has no layer",
  make: (seed) => randomNetwork(seed, NO_LAYERS),
  answers: async (graph, weights, inputs) => {
    const files = await writeModel(graph, weights, "tfjs");
    const outputs = await inTfjs(files, inputs);
    return { outputs, back: await loadModel(files.get("model.json"), { shards: files }) };
  },
});

async function inTfjs(files, inputs) {
  const { modelTopology, weightsManifest } = JSON.parse(new TextDecoder().decode(files.get("model.json")));
  const weightData = files.get("weights.bin").slice().buffer;
  const weightSpecs = weightsManifest.flatMap(({ weights }) => weights);
  const model = await tf.loadLayersModel(tf.io.fromMemory({ modelTopology, weightSpecs, weightData }));
  const given = inputs.map(([, x]) => tf.tensor(x.toFloat32Array(), x.shape));
  const answers = [model.predict(given.length === 1 ? given[0] : given)].flat();
  const found = answers.map((y) => ({ data: y.dataSync().slice(), shape: y.shape }));
  tf.dispose([...given, ...answers]);
  model.dispose();
  return found;
}
