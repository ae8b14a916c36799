/**
 * Random networks of every kind of node, with a value in the middle as a second output, and one of several inputs,
 * exported and opened in onnxruntime: `npm run test:peers [-- FIRST LAST]`, seeds 1 to 500 by default. Ends with code 1 if onnxruntime refuses a file or answers otherwise.
 */
import { InferenceSession, Tensor } from "onnxruntime-node";
import { random, randomTensor, randomWeights } from "../../dist/index.js";
import { exportOnnx, importOnnx } from "../../dist/onnx/index.js";
import { compiled, firstDifference, run, withSecondOutput } from "./random.mjs";

const IMAGES = 2;
const [first = 1, last = 500] = process.argv.slice(2).map(Number);
const { randomNetwork } = await compiled("../../test/support/networks.ts");
const { severalEnds } = await compiled("../../test/support/graphs.ts");
const kinds = new Map();
let failed = 0;
for (let seed = first; seed <= last; seed++) {
  const graph = seed === first ? severalEnds() : withSecondOutput(randomNetwork(seed));
  for (const { op } of graph.nodes) kinds.set(op, (kinds.get(op) ?? 0) + 1);
  const wrong = await difference(graph, seed).catch((error) => error.message);
  if (wrong === null) continue;
  failed++;
  console.log(`seed ${seed}: ${wrong}\n  ${graph.nodes.map(({ op }) => op).join(", ")}`);
}
console.log([...kinds].map(([op, count]) => `${count} ${op}`).join(", "));
console.log(`${last - first + 1} networks in onnxruntime and read back, ${failed} differ`);
process.exit(failed === 0 ? 0 : 1);

/** What differs in onnxruntime or after reading back, in words; null if nothing does. */
async function difference(graph, seed) {
  const weights = randomWeights(graph, seed);
  const source = random(seed + 1);
  const inputs = graph.inputs.map(({ name, shape }) => [name, randomTensor([IMAGES, ...shape.slice(1)], source)]);
  const expected = await run(graph, weights, Object.fromEntries(inputs));
  const bytes = exportOnnx(graph, weights);
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 4 });
  const turned = inputs.map(([name, x]) => [name, inOnnxOrder(x)]);
  const answer = await session.run(
    Object.fromEntries(turned.map(([name, x]) => [name, new Tensor("float32", x.toFloat32Array(), x.shape)])),
  );
  const back = await importOnnx(bytes);
  const own = back.turned.inputs.map((isTurned, i) => (isTurned ? inputs[i] : turned[i]));
  const again = await run(back.graph, back.weights, Object.fromEntries(own));
  for (const [i, [name, value]] of [...expected].entries()) {
    const y = inOnnxOrder(value);
    const { data, dims } = answer[name];
    const read = again.get(name);
    const wrong =
      firstDifference(`${name} in onnxruntime`, y, data, dims) ??
      firstDifference(`${name} read back`, y, (back.turned.outputs[i] ? inOnnxOrder(read) : read).toFloat32Array());
    if (wrong !== null) return wrong;
  }
  return null;
}

function inOnnxOrder(t) {
  return t.shape.length === 4 ? t.transpose([0, 3, 1, 2]) : t;
}
