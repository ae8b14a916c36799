/**
 * Puts the tables and the plot of docs/accuracy.json, which `npx separable study --out docs/accuracy.json` writes, into chapter 11,
 * and the depthwise kernels of the embedded network into an image: `npm run docs:accuracy`. With --check it only looks whether they are there.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { loadWeights } from "../dist/index.js";

const here = (name) => new URL(name, import.meta.url);
const { about, rows } = JSON.parse(readFileSync(here("accuracy.json"), "utf8"));

/** Top-1 on ImageNet, arXiv 1704.04861: the tables' rows for the networks that ours stand for. */
const PAPER = {
  4: { "fashion_1.0_28_standard": ["Conv MobileNet", 71.7], "fashion_1.0_28": ["MobileNet", 70.6] },
  5: { "fashion_0.75_28": ["0.75 MobileNet", 68.4], "fashion_1.0_28_shallow": ["Shallow MobileNet", 65.3] },
  6: {
    "fashion_1.0_28": ["1.0 MobileNet-224", 70.6],
    "fashion_0.75_28": ["0.75 MobileNet-224", 68.4],
    "fashion_0.5_28": ["0.5 MobileNet-224", 63.7],
    "fashion_0.25_28": ["0.25 MobileNet-224", 50.6],
  },
  7: {
    "fashion_1.0_28": ["1.0 MobileNet-224", 70.6],
    "fashion_1.0_24": ["1.0 MobileNet-192", 69.1],
    "fashion_1.0_20": ["1.0 MobileNet-160", 67.2],
    "fashion_1.0_16": ["1.0 MobileNet-128", 64.4],
  },
};

const integer = (value) => value.toLocaleString("en-US");
const shares = ({ runs }) => runs.map(({ accuracy }) => 100 * accuracy);
const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

function table(number) {
  const head = ["here", "parameters", "MACs", "a step", "training", "right, %", "least to most", "on ImageNet (paper)", "right, %"];
  const lines = Object.entries(PAPER[number]).map(([model, [name, paper]]) => {
    const row = rows.find((candidate) => candidate.model === model);
    const all = shares(row);
    const spread = `${Math.min(...all).toFixed(2)} to ${Math.max(...all).toFixed(2)}`;
    const seconds = row.runs.map((run) => run.seconds).sort((a, b) => a - b)[row.runs.length >> 1];
    const cells = [`${row.stepMs.toFixed(0)} ms`, `${seconds.toFixed(0)} s`, `**${mean(all).toFixed(2)}**`, spread, name, paper.toFixed(1)];
    return [model, integer(row.parameters), integer(row.macs), ...cells];
  });
  return [head, head.map((_, i) => (i === 0 || i === 7 ? "---" : "--:")), ...lines]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}

/** Accuracy against MACs: a dot for every training. */
function plot() {
  const [W, H, left, bottom] = [680, 380, 60, 330];
  const x = (macs) => left + ((W - left - 150) * Math.log10(macs / 3e5)) / Math.log10(6e7 / 3e5);
  const all = rows.flatMap(shares);
  const [low, high] = [Math.floor(Math.min(...all)), Math.ceil(Math.max(...all))];
  const y = (share) => bottom - ((bottom - 40) * (share - low)) / (high - low);
  const text = (at, down, words, more = "") => `<text x="${at.toFixed(1)}" y="${down.toFixed(1)}" ${more}>${words}</text>`;
  const grid = [
    ...Array.from({ length: high - low + 1 }, (_, i) => low + i).map(
      (share) =>
        `<path d="M${left} ${y(share).toFixed(1)}H${W - 20}" stroke="#d5d9de"/>${text(left - 8, y(share) + 4, `${share} %`, 'text-anchor="end"')}`,
    ),
    ...[1e6, 1e7].map(
      (macs) =>
        `<path d="M${x(macs).toFixed(1)} 40V${bottom}" stroke="#d5d9de"/>${text(x(macs), bottom + 18, `${macs / 1e6} million MACs`, 'text-anchor="middle"')}`,
    ),
  ];
  const colour = (model) => (model.endsWith("standard") ? "#e4572e" : model.endsWith("shallow") ? "#c79a2b" : /_28$/.test(model) ? "#2f6fde" : "#17a398");
  const dots = rows.map((row) => {
    const values = shares(row);
    const circles = values.map(
      (share) => `<circle cx="${x(row.macs).toFixed(1)}" cy="${y(share).toFixed(1)}" r="4" fill="${colour(row.model)}"/>`,
    );
    // Widths are named on the left of their best dot, other variants on the right, where there is room.
    const isLeft = colour(row.model) === "#2f6fde" && row.macs > 1e6;
    const down = row.model.endsWith("shallow") ? y(Math.min(...values)) + 12 : y(Math.max(...values)) + 4;
    const name = row.model.replace("fashion_", "");
    return circles.join("") + text(x(row.macs) + (isLeft ? -8 : 8), down, name, isLeft ? 'text-anchor="end"' : "");
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${W} ${H}" width="${W}" height="${H}" font-family="system-ui, sans-serif" font-size="11" fill="#2b2f36">
<rect width="100%" height="100%" rx="8" fill="#ffffff"/>
${text(left, 24, "Right on the test images, against the cost of an image: a dot for every training", 'font-size="13"')}
${[...grid, ...dots].join("\n")}
</svg>
`;
}

/** The 3×3 kernels of the depthwise layers, one square per channel, each scaled to its own largest weight. */
function kernels(weights) {
  const [cell, gap, perRow, left] = [5, 5, 32, 90];
  let top = 14;
  const parts = [];
  for (const [name, filter] of weights) {
    if (!/^conv_dw_\d+\/filter$/.test(name)) continue;
    const C = filter.shape[2];
    parts.push(`<text x="8" y="${top + 11}">${name.split("/")[0]}</text>`);
    for (let c = 0; c < C; c++) {
      const values = Array.from({ length: 9 }, (_, tap) => filter.at(Math.floor(tap / 3), tap % 3, c, 0));
      const most = Math.max(...values.map(Math.abs));
      const [x, y] = [left + (c % perRow) * (3 * cell + gap), top + Math.floor(c / perRow) * (3 * cell + gap)];
      values.forEach((value, tap) => {
        const shade = Math.round(255 * (1 - Math.abs(value) / most));
        const fill = value < 0 ? `rgb(${shade},${Math.round(128 + shade / 2)},255)` : `rgb(255,${Math.round(120 + (shade * 135) / 255)},${shade})`;
        parts.push(`<rect x="${x + (tap % 3) * cell}" y="${y + Math.floor(tap / 3) * cell}" width="${cell}" height="${cell}" fill="${fill}"/>`);
      });
    }
    top += Math.ceil(C / perRow) * (3 * cell + gap) + 8;
  }
  const W = left + perRow * (3 * cell + gap) + 10;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${W} ${top}" width="${W}" height="${top}" font-family="system-ui, sans-serif" font-size="11" fill="#2b2f36">
<rect width="100%" height="100%" rx="8" fill="#ffffff"/>
${parts.join("\n")}
</svg>
`;
}

const chapter = readFileSync(here("11-accuracy.md"), "utf8");
const filled = chapter
  .replace(/<!-- table (\d) -->[\s\S]*?<!-- end -->/g, (_, number) => `<!-- table ${number} -->\n\n${table(number)}\n\n<!-- end -->`)
  .replace(
    /<!-- about -->[\s\S]*?<!-- end -->/,
    `<!-- about -->\n\n${integer(about.images)} images to learn from, ${about.epochs} epochs, ${about.seeds} seeds; right of ${integer(about.testImages)} test images.\n\n<!-- end -->`,
  );
const files = {
  "11-accuracy.md": filled,
  "images/accuracy.svg": plot(),
  "images/depthwise-kernels.svg": kernels(await loadWeights("fashion")),
};
for (const [name, content] of Object.entries(files)) {
  if (!process.argv.includes("--check")) writeFileSync(here(name), content);
  else if (readFileSync(here(name), "utf8") !== content) throw new Error(`docs/${name} is not what accuracy.json gives`);
}
