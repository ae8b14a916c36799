/** From the measurements to docs/benchmarks.json, docs/benchmarks.md and its chart, docs/images/benchmarks.svg. */
import { writeFileSync } from "node:fs";

const DOCS = new URL("../../docs/", import.meta.url);
const ONE_THREAD = [
  "separable, 1",
  "LiteRT.js, 1",
  "tfjs-wasm, 1",
  "onnxruntime-web, 1",
  "jax-js, 1",
  "separable im2col, 1",
  "tfjs-cpu, 1",
  "onnxruntime-node, 1",
];
const FAMILY_ENGINES = ["separable, 1", "LiteRT.js, 1", "tfjs-wasm, 1", "onnxruntime-web, 1", "onnxruntime-node, 1"];
const IN_NODES = ["separable, 1", "separable fast, 1", "LiteRT.js, 1", "tfjs-wasm, 1", "onnxruntime-web, 1"];
/** The engines of the web that are fast enough to be compared with in numbers. */
const RIVALS = ["LiteRT.js, 1", "tfjs-wasm, 1", "onnxruntime-web, 1"];
const TWO_THREADS = ["separable, 2", "onnxruntime-web, 2", "onnxruntime-node, 2"];

export function writeReport(result) {
  writeFileSync(new URL("benchmarks.json", DOCS), `${JSON.stringify(result, null, 1)}\n`);
  writeFileSync(new URL("images/benchmarks.svg", DOCS), chart(result.workloads));
  writeFileSync(new URL("benchmarks.md", DOCS), page(result));
}

/** The networks on one and two threads, for a screen. */
export function printSummary({ machine, node, rounds, limits, workloads }) {
  const networks = workloads.slice(0, 2);
  const line = (cells) => console.log(cells.map((cell, i) => (i === 0 ? cell.padEnd(30) : cell.padStart(24))).join(""));
  console.log(
    `${machine}, Node ${node}, ${rounds} rounds in turns; limit of one thread ${Math.max(...limits).toFixed(1)} GFLOP/s\n`,
  );
  line(["median ms", ...networks.map(({ name }) => name)]);
  for (const key of [...ONE_THREAD, ...TWO_THREADS]) {
    const [name, threads] = key.split(", ");
    line([`${name}${threads === "1" ? "" : ", two threads"}`, ...networks.map(({ engines }) => ms(engines[key].ms))]);
  }
}

const ms = (value) => (value < 1 ? value.toFixed(3) : value < 100 ? value.toFixed(2) : value.toFixed(0));
const times = (value) => `${value.toFixed(2)}×`;
const percent = (value) => `${(100 * value).toFixed(0)} %`;
const ratio = ({ engines }, key, to) => engines[key].ms / engines[to].ms;
const takes = (key) => `${title(key)} takes`;
const title = (key) => key.replace(/, (\d)$/, "");
const table = (head, rows) =>
  [head, head.map((_, i) => (i === 0 ? "---" : "--:")), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");

function page({ date, machine, node, rounds, limits, workloads, nodes, startup, installed }) {
  const limit = Math.max(...limits);
  // A machine's clock drifts: a workload is held against the limit as it was before or after it, whichever was higher.
  const limitAt = (row) => Math.max(...limits.slice(workloads.indexOf(row), workloads.indexOf(row) + 2));
  const share = (row) => (2 * row.macs) / row.engines["separable, 1"].kernelMs / 1e6 / limitAt(row);
  const networks = workloads.slice(0, 2);
  const family = workloads.filter(({ isFamily }) => isFamily);
  const layers = workloads.slice(2).filter(({ isFamily }) => !isFamily);
  const cell = ({ ms: median, quarter, threeQuarters }) => `${ms(median)} (${ms(quarter)} to ${ms(threeQuarters)})`;
  const oneThread = (rows) =>
    table(
      ["ms", ...rows.map(({ name }) => name)],
      ONE_THREAD.map((key) => [title(key), ...rows.map(({ engines }) => cell(engines[key]))]),
    );
  const worst = Math.max(
    ...workloads.flatMap(({ engines }) => Object.values(engines).map(({ difference }) => difference)),
  );
  return `# Benchmarks against other engines

Written by \`npm run bench:peers\` on ${date}: ${machine}, two processors, Node ${node}. Every engine in a process of its own, in turns,
${rounds} rounds, medians with the middle half of the rounds in brackets, batch 1, float32. All have the same filters and biases, batch
norm folded; their outputs differ by at most ${worst.toExponential(1)} of the largest one. The figures are in
[benchmarks.json](benchmarks.json), the program in [bench/peers](../bench/peers).

onnxruntime-node is native code with AVX-512, vectors four times as wide as WebAssembly's; it is here to show what the machine can do.

![Times of the networks and layers, relative to separable's](images/benchmarks.svg)

## Networks, one thread

${oneThread(networks)}

The limit of one thread, f32x4 products and sums in registers alone, measured between the workloads: ${Math.min(...limits).toFixed(1)} to ${limit.toFixed(1)} GFLOP/s.
A share is that of the kernels, of the limit measured right before or after them, whichever was higher, by
\`session.profile\`; times are of whole runs, with the image copied in and the answer copied out.

${table(
  ["separable, one thread", "of the limit", ...RIVALS.map(takes)],
  networks.map((row) => [
    row.name,
    percent(share(row)),
    ...RIVALS.map((key) => times(ratio(row, key, "separable, 1"))),
  ]),
)}

## The family, one thread

MobileNetV2, V3 and V4 beside one another; per MAC is the time of a run over its multiply-accumulates. TensorFlow.js has no
hard-swish of its own: there it is a multiplication, an addition and a ReLU6, as its users write it.

${table(
  ["ms", ...FAMILY_ENGINES.map(title), "separable, of the limit", "ps per MAC", ...RIVALS.map(takes)],
  [networks[0], ...family].map((row) => [
    row.name,
    ...FAMILY_ENGINES.map((key) => ms(row.engines[key].ms)),
    percent(share(row)),
    ((row.engines["separable, 1"].ms / row.macs) * 1e9).toFixed(1),
    ...RIVALS.map((key) => times(ratio(row, key, "separable, 1"))),
  ]),
)}

${nodes.length > 0 ? inOtherNodes(nodes) : ""}## Networks, two threads

${table(
  ["ms", ...networks.map(({ name }) => name)],
  TWO_THREADS.map((key) => [title(key), ...networks.map(({ engines }) => cell(engines[key]))]),
)}

${table(
  ["separable, two threads", "over one", "onnxruntime-web with two takes"],
  networks.map((row) => [
    row.name,
    times(ratio(row, "separable, 1", "separable, 2")),
    times(ratio(row, "onnxruntime-web, 2", "separable, 2")),
  ]),
)}

## Layers, one thread

${table(
  ["ms", ...ONE_THREAD.map(title), "separable, of the limit", "LiteRT.js / separable", "tfjs-wasm / separable"],
  layers.map((row) => [
    row.name,
    ...ONE_THREAD.map((key) => ms(row.engines[key].ms)),
    percent(share(row)),
    ...RIVALS.slice(0, 2).map((key) => times(ratio(row, key, "separable, 1"))),
  ]),
)}

## From nothing to the first answer

MobileNetV1 1.0-224 in a fresh process, weights in memory, milliseconds, medians of seven starts. On the disk: files of the package
with its dependencies.

${table(
  ["", "import", "create", "first run", "together", "on the disk"],
  Object.entries(startup).map(([name, lap]) => [
    name,
    ms(lap.import),
    ms(lap.create),
    ms(lap.firstRun),
    ms(lap.total),
    `${(installed[name] / 1e6).toFixed(installed[name] < 1e7 ? 1 : 0)} MB`,
  ]),
)}

${min(startup, ms)}
`;
}

/** The networks in newer versions of Node; none where the package with their programs is not for the machine. */
function inOtherNodes(nodes) {
  return `## Newer versions of Node, one thread

Node 24 and 26, each once as it is and once with V8's flag \`--experimental-wasm-revectorize\`, with which its compiler joins two
vectors of four numbers to one of eight where the processor has such registers. separable gives the same bits with it and without
([chapter 8](08-simd.md)). \`fast\` is separable with \`precision: "fast"\`. The limit, in GFLOP/s, is that of product, then sum.

${table(
  ["ms", "Node", "limit", ...IN_NODES.map(title), ...RIVALS.map(takes), "LiteRT.js / fast"],
  nodes[0].networks.flatMap(({ name }, i) =>
    nodes.map(({ node: version, flag, limit: ofNode, networks: rows }) => [
      name,
      `${version.replace(/^v(\d+).*/, "$1")}${flag ? ", joined" : ""}`,
      ofNode.toFixed(1),
      ...IN_NODES.map((key) => ms(rows[i].engines[key].ms)),
      ...RIVALS.map((key) => times(ratio(rows[i], key, "separable, 1"))),
      times(ratio(rows[i], "LiteRT.js, 1", "separable fast, 1")),
    ]),
  ),
)}

`;
}

/** How much of separable's start no generator of code could save. */
function min({ separable, ...peers }, ms) {
  const [name, best] = Object.entries(peers).sort(([, a], [, b]) => a.total - b.total)[0];
  const parts = separable.import + separable.move + separable.firstRun;
  return `How far down can a start go? The fastest other engine, ${name}, takes ${ms(best.total)} ms; half of that is ${ms(best.total / 2)} ms.
Of separable's ${ms(separable.total)} ms, three parts have nothing to do with generating code: the import (${ms(separable.import)} ms), moving the
weights once into memory that nobody has touched (${ms(separable.move)} ms, measured by itself), and the first run (${ms(separable.firstRun)} ms,
because an engine runs new WebAssembly in its baseline compiler until better code is ready). Together they take ${ms(parts)} ms, so
half of the fastest engine's time is ${parts > best.total / 2 ? "out of reach here, however fast the generators are" : "within reach"}.`;
}

/** Bars of time relative to separable's, on a logarithmic scale. */
function chart(workloads) {
  const colours = {
    "LiteRT.js, 1": "#3f6fd1",
    "tfjs-wasm, 1": "#e4572e",
    "onnxruntime-web, 1": "#8e5bd0",
    "jax-js, 1": "#c79a2b",
    "tfjs-cpu, 1": "#7b8794",
    "onnxruntime-node, 1": "#17a398",
  };
  const keys = Object.keys(colours);
  const [left, scale, bar, gap] = [250, 130, 9, 16];
  const height = 60 + workloads.length * (keys.length * bar + gap);
  const x = (ratio) => left + scale * (Math.log10(ratio) + 1);
  const text = (at, y, words, more = "") => `<text x="${at}" y="${y}" fill="#2b2f36" ${more}>${words}</text>`;
  const lines = [0.1, 1, 10, 100].map(
    (ratio) =>
      `<path d="M${x(ratio)} 44V${height - 10}" stroke="${ratio === 1 ? "#2b2f36" : "#d5d9de"}"/>` +
      text(x(ratio), 38, `${ratio}×`, 'text-anchor="middle" font-size="11"'),
  );
  const rows = workloads.flatMap(({ name, engines }, i) => {
    const top = 52 + i * (keys.length * bar + gap);
    const bars = keys.map((key, k) => {
      if (engines[key] === undefined) return "";
      const ratio = engines[key].ms / engines["separable, 1"].ms;
      const [from, to] = [Math.min(x(1), x(ratio)), Math.max(x(1), x(ratio))];
      return (
        `<rect x="${from.toFixed(1)}" y="${top + k * bar}" width="${(to - from).toFixed(1)}" height="${bar - 1}" fill="${colours[key]}"/>` +
        text((to + 4).toFixed(1), top + k * bar + 8, `${ratio.toFixed(ratio < 10 ? 2 : 0)}×`, 'font-size="9"')
      );
    });
    return [text(left - 12 - 0, top + 26, name, 'text-anchor="end"'), ...bars];
  });
  const legend = keys.map((key, k) => {
    const at = 20 + k * 122;
    return `<rect x="${at}" y="10" width="10" height="10" fill="${colours[key]}"/>${text(at + 14, 19, title(key), 'font-size="11"')}`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 760 ${height}" width="760" height="${height}" font-family="system-ui, sans-serif" font-size="11">
<rect width="100%" height="100%" rx="8" fill="#ffffff"/>
${[...legend, ...lines, ...rows].join("\n")}
</svg>
`;
}
