/**
 * Random networks of every kind of node, exported and opened in onnxruntime: `npm run test:peers [-- FIRST LAST]`,
 * seeds 1 to 500 by default. Ends with code 1 if onnxruntime refuses a file or answers otherwise.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { build } from "rolldown";
import { random, randomTensor, randomWeights, Session } from "../../dist/index.js";
import { exportOnnx, importOnnx } from "../../dist/onnx/index.js";

const IMAGES = 2;
const [first = 1, last = 500] = process.argv.slice(2).map(Number);
const { randomNetwork } = await compiled("../../test/support/networks.ts");
const kinds = new Map();
let failed = 0;
for (let seed = first; seed <= last; seed++) {
  const graph = randomNetwork(seed);
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
  const x = randomTensor([IMAGES, ...graph.input.shape.slice(1)], random(seed + 1));
  const expected = await run(graph, weights, x);
  const bytes = exportOnnx(graph, weights);
  const session = await InferenceSession.create(bytes, { logSeverityLevel: 4 });
  const turned = inOnnxOrder(x);
  const answer = await session.run({
    [graph.input.name]: new Tensor("float32", turned.toFloat32Array(), turned.shape),
  });
  const y = inOnnxOrder(expected);
  const { data, dims } = answer[graph.output];
  const back = await importOnnx(bytes);
  const again = await run(back.graph, back.weights, back.turned.input ? x : turned);
  return (
    firstDifference("onnxruntime", y, data, dims) ??
    firstDifference("read back", y, (back.turned.output ? inOnnxOrder(again) : again).toFloat32Array())
  );
}

function inOnnxOrder(t) {
  return t.shape.length === 4 ? t.transpose([0, 3, 1, 2]) : t;
}

async function run(graph, weights, x) {
  const session = await Session.create(graph, weights, { backend: "naive" });
  return session.run(x);
}

/** Equal to 1e-4 of the largest; what is not finite must be the same. */
function firstDifference(where, expected, actual, dims = expected.shape) {
  if (dims.join() !== expected.shape.join()) return `${where} has ${dims.join("×")}, needs ${expected.shape.join("×")}`;
  const values = expected.toFloat32Array();
  const largest = values.reduce((max, value) => (Number.isFinite(value) ? Math.max(max, Math.abs(value)) : max), 0);
  const at = values.findIndex((value, i) => {
    return Number.isFinite(value) ? !(Math.abs(value - actual[i]) <= 1e-4 * largest) : !Object.is(value, actual[i]);
  });
  return at === -1 ? null : `${where} has ${actual[at]} at ${at}, needs ${values[at]}`;
}

/** A module of the tests, as JavaScript. */
async function compiled(path) {
  const folder = mkdtempSync(join(tmpdir(), "separable-peers-"));
  const file = join(folder, "module.mjs");
  await build({
    input: new URL(path, import.meta.url).pathname,
    output: { file },
    platform: "node",
    logLevel: "warn",
  });
  const module = await import(pathToFileURL(file).href);
  rmSync(folder, { recursive: true });
  return module;
}
