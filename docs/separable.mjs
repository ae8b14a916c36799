/**
 * What a separable block keeps of a trained standard network, for chapter 16.
 *
 *   npx separable train --model fashion_1.0_28_standard     trains the network: fashion_1.0_28_standard.safetensors
 *   npm run docs:separable -- --run fashion_1.0_28_standard.safetensors
 *                                                           makes it separable, retrains, and writes docs/separable.json
 *   npm run docs:separable                                  puts separable.json into the chapter and its images
 *
 * With --check it only looks whether they are there.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { analyze, evaluate, fashionNet, initialWeights, loadModel, loadWeights, readIdx, Session, toSeparable, train } from "../dist/index.js";

const here = (name) => new URL(name, import.meta.url);
const FOLDER = "/usr/share/datasets/fashion-mnist";
const RETRAINING = { epochs: 1, learningRate: 0.02, warmup: 0.1, seed: 1 };

/** Every kernel of one input channel, and its leading parts: the picture. */
const [LAYER, SHOWN] = ["conv_1", 16];

async function dataset(set) {
  const [images, labels] = [await readIdx(`${FOLDER}/${set}-images-idx3-ubyte.gz`), await readIdx(`${FOLDER}/${set}-labels-idx1-ubyte.gz`)];
  const classes = Array.from({ length: 10 }, (_, i) => String(i));
  return { pixels: images.data, shape: [...images.shape, 1], labels: labels.data, classes };
}

async function experiment(file) {
  const [data, test] = [await dataset("train"), await dataset("t10k")];
  const accuracyOf = async ({ graph, weights }) => {
    const session = await Session.create(graph, weights);
    const { accuracy } = await evaluate(session, test);
    session.dispose();
    return accuracy;
  };
  const costOf = ({ graph }) => ({ macs: analyze(graph).total.macs, parameters: analyze(graph).total.parameters.trainable });
  const described = async (network) => ({ ...costOf(network), accuracy: await accuracyOf(network) });

  const standard = await loadModel(file);
  const embedded = { graph: fashionNet(), weights: await loadWeights("fashion") };
  const { macs } = analyze(toSeparable(standard.graph, { multiplier: 2 })).total;
  const ways = [{ multiplier: 1 }, { multiplier: 2 }, { multiplier: 3 }, { macs }];
  const made = [];
  for (const way of ways) {
    const network = toSeparable(standard.graph, standard.weights, way);
    const before = await accuracyOf(network);
    const { weights } = await train(network.graph, data, { ...RETRAINING, threads: 2 }, { weights: network.weights });
    const after = await accuracyOf({ graph: network.graph, weights });
    made.push({ way, multipliers: network.layers.map(({ multiplier }) => multiplier), ...costOf(network), before, after });
    console.log(JSON.stringify(made.at(-1)));
  }
  const [{ layers }, { layers: untrained }] = [standard.weights, initialWeights(standard.graph, 1)].map((weights) =>
    toSeparable(standard.graph, weights),
  );
  return {
    about: { images: data.shape[0], testImages: test.shape[0], retraining: RETRAINING },
    standard: await described(standard),
    embedded: await described(embedded),
    made,
    layers: layers.map(({ name, channels, outputs, energies }, i) => {
      return { name, channels, outputs, energies: energies.map(rounded), untrained: untrained[i].energies.map(rounded) };
    }),
    kernels: kernelsOf(standard),
  };
}

const rounded = (value) => Number(value.toFixed(4));

/** The largest kernels of the channel of which M = 1 keeps a median share, and what M = 1, 2, 3 make of them. */
function kernelsOf({ graph, weights }) {
  const filter = weights.get(`${LAYER}/filter`);
  const [, , C, O] = filter.shape;
  const versions = [1, 2, 3].map((multiplier) => toSeparable(graph, weights, { layers: [LAYER], multiplier }).weights);
  const numbers = (c, o, M) =>
    Array.from({ length: 9 }, (_, t) => {
      if (M === 0) return filter.at(Math.floor(t / 3), t % 3, c, o);
      const [depthwise, pointwise] = [`${LAYER}_depthwise/filter`, `${LAYER}/filter`].map((name) => versions[M - 1].get(name));
      return Array.from({ length: M }, (_, m) => depthwise.at(Math.floor(t / 3), t % 3, c, m) * pointwise.at(c * M + m, o)).reduce((a, b) => a + b);
    });
  const all = Array.from({ length: O }, (_, o) => o);
  const energy = (values) => values.reduce((sum, value) => sum + value * value, 0);
  const kept = (c) => {
    const lost = all.map((o) => energy(numbers(c, o, 0).map((value, t) => value - numbers(c, o, 1)[t])));
    return 1 - lost.reduce((a, b) => a + b) / all.reduce((sum, o) => sum + energy(numbers(c, o, 0)), 0);
  };
  const shares = Array.from({ length: C }, (_, c) => kept(c));
  const middle = [...shares].sort((a, b) => a - b)[C >> 1];
  const channel = shares.indexOf(middle);
  const outputs = all.sort((a, b) => energy(numbers(channel, b, 0)) - energy(numbers(channel, a, 0))).slice(0, SHOWN);
  const rows = [0, 1, 2, 3].map((M) => outputs.map((o) => numbers(channel, o, M).map((value) => Number(value.toFixed(3)))));
  return { layer: LAYER, channel, rows };
}

/** Kernels in a row for each M: orange above zero, blue below, each column to the scale of its trained kernel. */
function kernelPicture({ layer, channel, rows }) {
  const [cell, gap, left, top] = [9, 8, 130, 40];
  const labels = ["trained", "M = 1: one stamp", "M = 2: two", "M = 3: three"];
  const parts = rows.flatMap((kernels, row) => {
    const y = top + row * (3 * cell + 14);
    const squares = kernels.flatMap((values, i) =>
      values.map((value, t) => {
        const shade = Math.round(255 * (1 - Math.min(1, Math.abs(value) / Math.max(...rows[0][i].map(Math.abs)))));
        const fill = value < 0 ? `rgb(${shade},${Math.round(128 + shade / 2)},255)` : `rgb(255,${Math.round(120 + (shade * 135) / 255)},${shade})`;
        const x = left + i * (3 * cell + gap);
        return `<rect x="${x + (t % 3) * cell}" y="${y + Math.floor(t / 3) * cell}" width="${cell}" height="${cell}" fill="${fill}"/>`;
      }),
    );
    return [`<text x="12" y="${y + 16}">${labels[row]}</text>`, ...squares];
  });
  const [W, H] = [left + rows[0].length * (3 * cell + gap) + 8, top + rows.length * (3 * cell + 14)];
  return picture(W, H, `Kernels of ${layer} for its input channel ${channel}, and what M stamps make of them`, parts);
}

/** Energy kept against M: a line for each layer. */
function energyPicture(layers) {
  const [W, H, left, bottom] = [680, 340, 60, 290];
  const x = (M) => left + ((W - left - 150) * (M - 1)) / 8;
  const y = (share) => bottom - (bottom - 50) * share;
  const text = (at, down, words, more = "") => `<text x="${at.toFixed(1)}" y="${down.toFixed(1)}" ${more}>${words}</text>`;
  const grid = [0, 0.25, 0.5, 0.75, 1].map(
    (share) => `<path d="M${left} ${y(share).toFixed(1)}H${x(9)}" stroke="#d5d9de"/>${text(left - 8, y(share) + 4, `${share * 100} %`, 'text-anchor="end"')}`,
  );
  const ticks = Array.from({ length: 9 }, (_, i) => text(x(i + 1), bottom + 18, i === 0 ? "M = 1" : i + 1, 'text-anchor="middle"'));
  const line = (energies, style) => `<path d="M${energies.slice(1).map((kept, i) => `${x(i + 1).toFixed(1)} ${y(kept).toFixed(1)}`).join("L")}" fill="none" ${style}/>`;
  const untrained = layers.map(({ untrained: energies }) => line(energies, 'stroke="#9aa1ab" stroke-dasharray="3 3"'));
  const trained = layers.map(({ energies }) => line(energies, 'stroke="#2f6fde" stroke-width="1.5"'));
  const keys = [
    `<path d="M${x(9) + 12} 60h24" stroke="#2f6fde" stroke-width="1.5"/>${text(x(9) + 42, 64, "trained")}`,
    `<path d="M${x(9) + 12} 80h24" stroke="#9aa1ab" stroke-dasharray="3 3"/>${text(x(9) + 42, 84, "before training")}`,
  ];
  return picture(W, H, "Energy kept by M depthwise kernels per channel: a line for each layer", [...grid, ...ticks, ...untrained, ...trained, ...keys]);
}

function picture(W, H, title, parts) {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${W} ${H}" width="${W}" height="${H}" font-family="system-ui, sans-serif" font-size="11" fill="#2b2f36">
<rect width="100%" height="100%" rx="8" fill="#ffffff"/>
<text x="12" y="24" font-size="13">${title}</text>
${parts.join("\n")}
</svg>
`;
}

const integer = (value) => value.toLocaleString("en-US");
const percent = (share, digits = 2) => `${(100 * share).toFixed(digits)} %`;

function tableOf(head, rows) {
  return [head, head.map((_, i) => (i === 0 ? "---" : "--:")), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function accuracyTable({ standard, embedded, made }) {
  const row = (name, { macs, parameters }, ...shares) => [name, integer(macs), `${(standard.macs / macs).toFixed(2)}×`, integer(parameters), ...shares];
  const nameOf = ({ way, multipliers }) => (way.multiplier ? `M = ${way.multiplier}` : `M = ${multipliers.join(", ")}: chosen`);
  return tableOf(
    ["network", "MACs", "cheaper", "parameters", "right, made separable", "right, after one epoch"],
    [
      row("standard, 20 epochs", standard, percent(standard.accuracy), ""),
      ...made.map((one) => row(nameOf(one), one, percent(one.before), `**${percent(one.after)}**`)),
      row("separable from the start, 20 epochs", embedded, "", percent(embedded.accuracy)),
    ],
  );
}

function energyTable(layers) {
  const multipliers = [1, 2, 3, 4, 6, 8];
  return tableOf(
    ["layer", "C → O", ...multipliers.map((M) => `M = ${M}`), "M = 1, untrained"],
    layers.map(({ name, channels, outputs, energies, untrained }) => {
      const shares = multipliers.map((M) => percent(energies[M], 1));
      return [name, `${channels} → ${outputs}`, ...shares, percent(untrained[1], 1)];
    }),
  );
}

const [option, file] = process.argv.slice(2);
if (option === "--run" && file === undefined) throw new Error("docs/separable.mjs: --run needs the file of the trained network");
if (option === "--run") writeFileSync(here("separable.json"), `${JSON.stringify(await experiment(file), null, 1)}\n`);
const result = JSON.parse(readFileSync(here("separable.json"), "utf8"));
const chapter = readFileSync(here("16-made-separable.md"), "utf8");
const filled = (text, name, content) =>
  text.replace(new RegExp(`<!-- ${name} -->[\\s\\S]*?<!-- end -->`), `<!-- ${name} -->\n\n${content}\n\n<!-- end -->`);
const files = {
  "16-made-separable.md": filled(filled(chapter, "accuracy", accuracyTable(result)), "energy", energyTable(result.layers)),
  "images/stamps.svg": kernelPicture(result.kernels),
  "images/energy.svg": energyPicture(result.layers),
};
for (const [name, content] of Object.entries(files)) {
  if (option !== "--check") writeFileSync(here(name), content);
  else if (readFileSync(here(name), "utf8") !== content) throw new Error(`docs/${name} is not what separable.json gives`);
}
