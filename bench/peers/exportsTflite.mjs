/**
 * Random networks of every kind of node, with a value in the middle as a second output, exported as TensorFlow Lite and
 * opened in LiteRT.js: `npm run test:peers`, seeds 1 to 500, or node bench/peers/exportsTflite.mjs FIRST LAST. What
 * TensorFlow Lite has no operators for is refused, and counted. Ends with code 1 if LiteRT.js refuses a file or answers
 * otherwise.
 */
import { loadModel, random, randomTensor, randomWeights, ShapeError, writeModel } from "../../dist/index.js";
import { litert } from "../../test/oracles/tflite/litert.mjs";
import { compiled, firstDifference, run, withSecondOutput } from "./random.mjs";

const [first = 1, last = 500] = process.argv.slice(2).map(Number);
const { randomNetwork } = await compiled("../../test/support/networks.ts");
const open = await litert(new URL("node_modules", import.meta.url).pathname);
const refused = new Map();
let [failed, right] = [0, 0];
for (let seed = first; seed <= last; seed++) {
  const graph = withSecondOutput(randomNetwork(seed));
  const wrong = await difference(graph, seed).catch((error) => error);
  if (wrong === null) right++;
  else if (wrong instanceof ShapeError && wrong.message.includes("TensorFlow Lite has no")) {
    const what = wrong.message.replace(/^.*: /, "");
    refused.set(what, (refused.get(what) ?? 0) + 1);
  } else {
    failed++;
    console.log(`seed ${seed}: ${wrong.message ?? wrong}\n  ${graph.nodes.map(({ op }) => op).join(", ")}`);
  }
}
for (const [what, count] of refused) console.log(`${count} refused: ${what}`);
console.log(`${right} networks in LiteRT.js and read back, ${failed} differ`);
process.exit(failed === 0 ? 0 : 1);

/** What differs in LiteRT.js or after reading back, in words; null if nothing does. */
async function difference(graph, seed) {
  const weights = randomWeights(graph, seed);
  const source = random(seed + 1);
  const inputs = graph.inputs.map(({ name, shape }) => [name, randomTensor(shape, source)]);
  const expected = await run(graph, weights, Object.fromEntries(inputs));
  const bytes = await writeModel(graph, weights, "tflite");
  const model = await open(bytes.slice());
  const answer = await model.run(inputs.map(([, x]) => x.toFloat32Array()));
  model.close();
  const back = await loadModel(bytes);
  const again = await run(back.graph, back.weights, Object.fromEntries(inputs));
  for (const [i, [name, value]] of [...expected].entries()) {
    const { data, shape } = answer[i];
    const wrong =
      firstDifference(`${name} in LiteRT.js`, value, data, shape) ??
      firstDifference(`${name} read back`, value, again.get(name).toFloat32Array());
    if (wrong !== null) return wrong;
  }
  return null;
}
