/**
 * All engines, in turns, on the same networks and layers with the same weights: `npm run bench:peers [ROUNDS]`.
 *
 * Outputs are checked against each other before anything is timed. A round runs every engine once, in an order that
 * moves on by one each round. The limit of the machine is measured between the workloads. Start-up is timed in fresh
 * processes, in turns too. Writes docs/benchmarks.json, docs/benchmarks.md and its chart.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { simdLimit, writeModel, writeSafetensors } from "../../dist/index.js";
import { exportOnnx } from "../../dist/onnx/index.js";
import { installedBytes } from "./installed.mjs";
import { printSummary, writeReport } from "./report.mjs";
import { inTurns, spread, start } from "./turns.mjs";
import { imageFor, NETWORKS, WORKLOADS } from "./workloads.mjs";

const ROUNDS = Number(process.argv[2] ?? 15);
const STARTS = 7;
const HERE = new URL(".", import.meta.url).pathname;

/**
 * Name and threads. The slowest three are left out where nothing is learned from their second thread, and from the
 * family.
 */
const ENGINES = [
  ["separable", 1],
  ["separable", 2],
  ["LiteRT.js", 1],
  ["tfjs-wasm", 1],
  ["onnxruntime-web", 1],
  ["onnxruntime-web", 2],
  ["onnxruntime-node", 1],
  ["onnxruntime-node", 2],
  ["jax-js", 1],
  ["separable im2col", 1],
  ["tfjs-cpu", 1],
];

/**
 * The engines that run in other versions of Node too, and those: with V8's flag it joins two vectors to one of eight
 * numbers.
 */
const IN_EVERY_NODE = ["separable", "separable fast", "LiteRT.js", "tfjs-wasm", "onnxruntime-web"];
const JOINED = "--experimental-wasm-revectorize";
const NODES = [24, 26].flatMap((version) => {
  const execPath = join(HERE, `../../test/engines/node_modules/node-${version}/bin/node`);
  return existsSync(execPath) ? [[], [JOINED]].map((execArgv) => ({ execPath, execArgv })) : [];
});

const SLOW = ["jax-js", "separable im2col", "tfjs-cpu"];

const everybody = await Promise.all(ENGINES.map(([name, threads]) => start(name, threads)));
const limits = [simdLimit()];
const workloads = [];
for (const [index, { graph, isFamily = false }] of WORKLOADS.entries()) {
  process.stderr.write(`${graph.name}\n`);
  const children = everybody.filter(({ name }) => !isFamily || !SLOW.includes(name));
  workloads.push({ ...(await compareOn(index, graph, children)), isFamily });
  limits.push(simdLimit());
}
for (const { child } of everybody) child.kill();
const nodes = [];
for (const node of NODES) nodes.push(await compareIn(node));
const result = {
  date: new Date().toISOString().slice(0, 10),
  machine: cpus()[0].model.trim(),
  node: process.version,
  rounds: ROUNDS,
  limits,
  workloads,
  nodes,
  startup: await startup(),
  installed: await installedBytes(HERE),
};
writeReport(result);
printSummary(result);
process.exit();

async function compareOn(index, graph, children) {
  const compared = await inTurns(index, graph, children, ROUNDS);
  compared.engines["separable, 1"].kernelMs = await children[0].ask("kernels");
  return compared;
}

/** The networks in another Node, one thread each. */
async function compareIn({ execPath, execArgv }) {
  const program = `import { simdLimit } from ${JSON.stringify(join(HERE, "../../dist/index.js"))};
    console.log(JSON.stringify([process.version, simdLimit()]));`;
  const [version, limit] = JSON.parse(
    execFileSync(execPath, [...execArgv, "--input-type=module", "-e", program], { encoding: "utf8" }),
  );
  process.stderr.write(`Node ${version} ${execArgv.join(" ")}\n`);
  const children = await Promise.all(IN_EVERY_NODE.map((name) => start(name, 1, { execPath, execArgv })));
  const networks = [];
  for (const [index, { graph, isFamily = false }] of WORKLOADS.entries()) {
    if (isFamily || index === 0) networks.push(await compareOn(index, graph, children));
  }
  for (const { child } of children) child.kill();
  return { node: version, flag: execArgv[0] ?? null, limit, networks };
}

async function startup() {
  const folder = mkdtempSync(join(tmpdir(), "separable-peers-"));
  const [{ graph, weights }] = NETWORKS;
  writeFileSync(join(folder, "v1.safetensors"), writeSafetensors(weights));
  writeFileSync(join(folder, "v1.onnx"), exportOnnx(graph, weights));
  writeFileSync(join(folder, "v1.tflite"), await writeModel(graph, weights, "tflite"));
  writeFileSync(join(folder, "image.f32"), Buffer.from(imageFor(graph).toFloat32Array().buffer));
  const names = [...new Set(ENGINES.map(([name]) => name))].filter((name) => name !== "separable im2col");
  const laps = new Map(names.map((name) => [name, []]));
  for (let round = 0; round < STARTS; round++) {
    for (const name of names) {
      const output = execFileSync("node", [`${HERE}startup.mjs`, name, folder], {
        stdio: ["ignore", "pipe", "ignore"],
      });
      laps.get(name).push(JSON.parse(output));
    }
  }
  rmSync(folder, { recursive: true });
  return Object.fromEntries(
    [...laps].map(([name, rows]) => [
      name,
      Object.fromEntries(
        ["import", "create", "firstRun", "total", "move"].map((key) => [key, spread(rows.map((row) => row[key])).ms]),
      ),
    ]),
  );
}
