/** What the checks of exported random networks share. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "rolldown";
import { random, randomTensor, randomWeights, Session, ShapeError } from "../../dist/index.js";

/** The network with a value in the middle as another output. */
export function withSecondOutput(graph) {
  const { name } = graph.nodes[Math.floor(graph.nodes.length / 2)];
  return name === graph.output ? graph : { ...graph, outputs: [graph.output, name] };
}

/** Every output, on the naive tier. */
export async function run(graph, weights, inputs) {
  const session = await Session.create(graph, weights, { backend: "naive" });
  return session.runAll(inputs);
}

/**
 * Equal to 1e-4 of the largest, or to the rounding of numbers of size 1, which is what some networks leave: a mean less
 * itself. What is not finite must be the same.
 */
export function firstDifference(where, expected, actual, dims = expected.shape) {
  if (dims.join() !== expected.shape.join()) return `${where} has ${dims.join("×")}, needs ${expected.shape.join("×")}`;
  const values = expected.toFloat32Array();
  const largest = values.reduce((max, value) => (Number.isFinite(value) ? Math.max(max, Math.abs(value)) : max), 0);
  const at = values.findIndex((value, i) => {
    return Number.isFinite(value)
      ? !(Math.abs(value - actual[i]) <= Math.max(1e-4 * largest, 2 ** -24))
      : !Object.is(value, actual[i]);
  });
  return at === -1 ? null : `${where} has ${actual[at]} at ${at}, needs ${values[at]}`;
}

/** A module of the tests, as JavaScript. */
export async function compiled(path) {
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

/**
 * Writes random networks, runs them in their own runtime and reads them back; prints what differs and what is refused,
 * and ends with code 1 if anything differs.
 *
 * @param runtime its name
 * @param lacking what a refusal says
 * @param make    a network of a seed
 * @param answers of the runtime: its outputs, in order, and the network as it is read back, { graph, weights }
 */
export async function compareExports({ runtime, lacking, make, answers }) {
  const [first = 1, last = 500] = process.argv.slice(2).map(Number);
  const refused = new Map();
  let [failed, right] = [0, 0];
  for (let seed = first; seed <= last; seed++) {
    const graph = withSecondOutput(make(seed));
    const wrong = await exportDifference(graph, seed, runtime, answers).catch((error) => error);
    if (wrong === null) right++;
    else if (wrong instanceof ShapeError && wrong.message.includes(lacking)) {
      const what = wrong.message.replace(/^.*: /, "");
      refused.set(what, (refused.get(what) ?? 0) + 1);
    } else {
      failed++;
      console.log(`seed ${seed}: ${wrong.message ?? wrong}\n  ${graph.nodes.map(({ op }) => op).join(", ")}`);
    }
  }
  for (const [what, count] of refused) console.log(`${count} refused: ${what}`);
  console.log(`${right} networks in ${runtime} and read back, ${failed} differ`);
  process.exit(failed === 0 ? 0 : 1);
}

/** What differs in the runtime or after reading back, in words; null if nothing does. */
async function exportDifference(graph, seed, runtime, answers) {
  const weights = randomWeights(graph, seed);
  const source = random(seed + 1);
  const inputs = graph.inputs.map(({ name, shape }) => [name, randomTensor(shape, source)]);
  const expected = await run(graph, weights, Object.fromEntries(inputs));
  const { outputs, back } = await answers(graph, weights, inputs);
  const own = inputs.map(([, x], i) => [back.graph.inputs[i].name, x]);
  const again = [...(await run(back.graph, back.weights, Object.fromEntries(own))).values()];
  for (const [i, [name, value]] of [...expected].entries()) {
    const { data, shape } = outputs[i];
    const wrong =
      firstDifference(`${name} in ${runtime}`, value, data, shape) ??
      firstDifference(`${name} read back`, value, again[i].toFloat32Array());
    if (wrong !== null) return wrong;
  }
  return null;
}
