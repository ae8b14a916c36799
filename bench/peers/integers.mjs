/**
 * MobileNets of eight-bit integers beside the same networks in float32 and other engines' integers:
 * `npm run bench:integers [ROUNDS]`.
 *
 * The integers of all engines are compared first: any that differ end the program. Then every engine is timed in turns,
 * in this Node and in Node 24 where it is installed. A ratio is the median of the ratios of the rounds. Then comes what
 * bounds the time (bounds.mjs), and last the bytes: of the weights, and the most memory that a process takes to load one.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeModel } from "../../dist/index.js";
import { aligned } from "./aligned.mjs";
import { spread, start, timesOf } from "./turns.mjs";
import { INTEGERS, NETWORKS } from "./workloads.mjs";

const ROUNDS = Number(process.argv[2] ?? 41);
const HERE = new URL(".", import.meta.url).pathname;
const [OWN, FLOAT] = ["separable, int8", "separable, float32"];

/**
 * Label, engine, threads, and whether it runs integers. onnxruntime adds two values by another rule, so that it computes
 * other integers for MobileNetV2, and is left out there.
 */
const ENGINES = [
  [OWN, "separable", 1, true],
  [`${OWN}, two threads`, "separable", 2, true],
  [FLOAT, "separable", 1, false],
  ["LiteRT.js, int8", "LiteRT.js", 1, true],
  ["LiteRT.js, float32", "LiteRT.js", 1, false],
  ["onnxruntime-web, int8", "onnxruntime-web", 1, true, { withoutSums: true }],
];

const newer = join(HERE, "../../test/engines/node_modules/node-24/bin/node");
for (const execPath of [process.execPath, newer].filter(existsSync)) {
  const version = execFileSync(execPath, ["--version"], { encoding: "utf8" }).trim();
  for (const index of INTEGERS.keys()) {
    console.log(`\n${INTEGERS[index].graph.name}, Node ${version}, median of ${ROUNDS} rounds`);
    for (const row of await compared(index, execPath)) console.log(row);
  }
  console.log(`\nWhat bounds ${NETWORKS[0].graph.name}, Node ${version}, one thread`);
  console.log(execFileSync(execPath, [join(HERE, "bounds.mjs")], { encoding: "utf8" }).trimEnd());
}
console.log(`\nBytes of ${INTEGERS[0].graph.name}`);
for (const row of await bytes()) console.log(row);
process.exit();

async function compared(index, execPath) {
  const hasSums = INTEGERS[index].graph.nodes.some(({ op }) => op === "add");
  const rows = ENGINES.filter(([, , , , options]) => !(hasSums && options?.withoutSums));
  const children = [];
  const answers = [];
  for (const [label, name, threads, isInteger] of rows) {
    const one = await start(name, threads, { execPath });
    children.push(one);
    answers.push(await one.ask("prepare", isInteger ? { integers: index } : { float: index }));
    const differing = isInteger ? answers.at(-1).filter((value, i) => value !== answers[0][i]).length : 0;
    if (differing > 0) throw new Error(`${label}: ${differing} of ${answers[0].length} values differ`);
  }
  const times = await timesOf(children, ROUNDS);
  for (const { child } of children) child.kill();
  const over = (i, label) => {
    const j = rows.findIndex(([own]) => own === label);
    return spread(times[i].map((ms, round) => ms / times[j][round])).ms.toFixed(2);
  };
  const head = ["", "time", "over own int8", "over own float32", "values that differ"];
  const cells = rows.map(([label, , , isInteger], i) => [
    label,
    `${spread(times[i]).ms.toFixed(2)} ms`,
    ...[OWN, FLOAT].map((base) => over(i, base)),
    isInteger ? "0" : "",
  ]);
  return aligned([head, ...cells]);
}

async function bytes() {
  const folder = mkdtempSync(join(tmpdir(), "separable-integers-"));
  const files = [];
  for (const [name, { graph, weights }] of [
    ["int8", INTEGERS[0]],
    ["float32", NETWORKS[0]],
  ]) {
    const file = join(folder, `${name}.tflite`);
    writeFileSync(file, await writeModel(graph, weights, "tflite"));
    const numbers = [...weights.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
    files.push([name, file, numbers]);
  }
  const rows = files.map(([name, file, numbers]) => {
    const [loaded, planned] = [false, true].map((isPlanned) => {
      return spread(Array.from({ length: 5 }, () => peak(file, isPlanned) - peak("", false))).ms;
    });
    const size = statSync(file).size;
    return [name, ...[numbers, size, loaded, loaded - size - numbers, planned].map(mega)];
  });
  rmSync(folder, { recursive: true });
  return aligned([["", "weights", "file", "peak, loaded", "beyond file and weights", "peak, with a session"], ...rows]);
}

function mega(value) {
  return `${(value / 2 ** 20).toFixed(1)} MiB`;
}

/** The most memory of a process that loads a file, and makes a session of it; or only imports. */
function peak(file, isPlanned) {
  const program = `import { readFileSync } from "node:fs";
    import { loadModel, Session } from ${JSON.stringify(join(HERE, "../../dist/index.js"))};
    const model = ${Boolean(file)} && (await loadModel(${JSON.stringify(file)}));
    if (${isPlanned}) await Session.create(model.graph, model.weights, { backend: "simd" });
    console.log(1024 * /VmHWM:\\s*(\\d+)/.exec(readFileSync("/proc/self/status", "utf8"))[1]);`;
  return Number(execFileSync(process.execPath, ["--input-type=module", "-e", program], { encoding: "utf8" }));
}
