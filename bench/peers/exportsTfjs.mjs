/**
 * Random networks of what layers can be, with a value in the middle as a second output, exported as TensorFlow.js layers
 * models and run by TensorFlow.js: `npm run test:peers`, seeds 1 to 500, or node bench/peers/exportsTfjs.mjs FIRST LAST.
 * What TensorFlow.js has no layers for is refused, and counted. Ends with code 1 if TensorFlow.js refuses a file or answers
 * otherwise.
 */
import * as tf from "@tensorflow/tfjs";
import { loadModel, random, randomTensor, randomWeights, ShapeError, writeModel } from "../../dist/index.js";
import { compiled, firstDifference, run, withSecondOutput } from "./random.mjs";

await tf.setBackend("cpu");
const [first = 1, last = 500] = process.argv.slice(2).map(Number);
const { NO_LAYERS, randomNetwork } = await compiled("../../test/support/networks.ts");
const refused = new Map();
let [failed, right] = [0, 0];
for (let seed = first; seed <= last; seed++) {
  const graph = withSecondOutput(randomNetwork(seed, NO_LAYERS));
  const wrong = await difference(graph, seed).catch((error) => error);
  if (wrong === null) right++;
  else if (wrong instanceof ShapeError && wrong.message.includes("TensorFlow.js has no layer")) {
    const what = wrong.message.replace(/^.*: /, "");
    refused.set(what, (refused.get(what) ?? 0) + 1);
  } else {
    failed++;
    console.log(`seed ${seed}: ${wrong.message ?? wrong}\n  ${graph.nodes.map(({ op }) => op).join(", ")}`);
  }
}
for (const [what, count] of refused) console.log(`${count} refused: ${what}`);
console.log(`${right} networks in TensorFlow.js and read back, ${failed} differ`);
process.exit(failed === 0 ? 0 : 1);

/** What differs in TensorFlow.js or after reading back, in words; null if nothing does. */
async function difference(graph, seed) {
  const weights = randomWeights(graph, seed);
  const source = random(seed + 1);
  const inputs = graph.inputs.map(({ name, shape }) => [name, randomTensor(shape, source)]);
  const expected = await run(graph, weights, Object.fromEntries(inputs));
  const files = await writeModel(graph, weights, "tfjs");
  const answers = await inTfjs(files, inputs);
  const back = await loadModel(files.get("model.json"), { shards: files });
  const again = await run(
    back.graph,
    back.weights,
    Object.fromEntries(inputs.map(([, x], i) => [back.graph.inputs[i].name, x])),
  );
  for (const [i, [name, value]] of [...expected].entries()) {
    const { data, shape } = answers[i];
    const wrong =
      firstDifference(`${name} in TensorFlow.js`, value, data, shape) ??
      firstDifference(`${name} read back`, value, [...again.values()][i].toFloat32Array());
    if (wrong !== null) return wrong;
  }
  return null;
}

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
