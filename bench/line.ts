/**
 * @file Time against multiply-adds over the sixteen published MobileNetV1: `npm run bench:line`. One thread, simd, in turns,
 * medians. Draws docs/images/time-against-macs.svg.
 */
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { analyze, mobilenetV1, random, randomTensor, randomWeights, Session } from "../src/index.ts";

const ROUNDS = 25;

interface Point {
  readonly name: string;
  readonly alpha: number;
  /** Millions. */
  readonly macs: number;
  readonly ms: number;
}

const models = [1, 0.75, 0.5, 0.25].flatMap((alpha) =>
  [224, 192, 160, 128].map((resolution) => ({ alpha, resolution })),
);
const runners = [];
for (const options of models) {
  const graph = mobilenetV1(options);
  const session = await Session.create(graph, randomWeights(graph, 1), { backend: "simd" });
  const picture = randomTensor(graph.input.shape, random(2));
  for (let i = 0; i < 20; i++) await session.run(picture);
  runners.push({ graph, alpha: options.alpha, session, picture, times: [] as number[] });
}
for (let round = 0; round < ROUNDS; round++) {
  for (const { session, picture, times } of runners) {
    await session.run(picture);
    const start = performance.now();
    await session.run(picture);
    times.push(performance.now() - start);
  }
}
const points = runners.map(({ graph, alpha, times }): Point => {
  const ms = times.sort((a, b) => a - b)[times.length >> 1];
  return { name: graph.name, alpha, macs: analyze(graph).total.macs / 1e6, ms };
});

// ms = a + b · macs with the least sum of squared relative deviations, so that small networks count as much as large ones.
const [sw, sx, sxx, sy, sxy] = points.reduce(
  ([w, x, xx, y, xy], { macs, ms }) => {
    const weight = 1 / (ms * ms);
    return [w + weight, x + weight * macs, xx + weight * macs * macs, y + weight * ms, xy + weight * macs * ms];
  },
  [0, 0, 0, 0, 0],
);
const slope = (sw * sxy - sx * sy) / (sw * sxx - sx * sx);
const start = (sy - slope * sx) / sw;
const lineAt = (macs: number): number => start + slope * macs;

console.log(`${cpus()[0].model}, Node ${process.version}, one thread, ${ROUNDS} rounds in turns, medians\n`);
console.log("model                       million MACs        ms   on the line   deviation");
for (const { name, macs, ms } of points) {
  const line = lineAt(macs);
  const deviation = `${(100 * (ms / line - 1)).toFixed(1)} %`;
  console.log(
    `${name.padEnd(26)} ${macs.toFixed(1).padStart(13)} ${ms.toFixed(3).padStart(9)} ${line.toFixed(3).padStart(13)} ${deviation.padStart(11)}`,
  );
}
const worst = Math.max(...points.map(({ macs, ms }) => Math.abs(ms / lineAt(macs) - 1)));
console.log(
  `\nms = ${start.toFixed(3)} + ${slope.toFixed(5)} · million MACs; the largest deviation is ${(100 * worst).toFixed(1)} %`,
);
writeFileSync("docs/images/time-against-macs.svg", chart());
for (const { session } of runners) session.dispose();

function chart(): string {
  const colours: Readonly<Record<string, string>> = { 1: "#e4572e", 0.75: "#c79a2b", 0.5: "#17a398", 0.25: "#3d6fd6" };
  const [width, height, left, bottom] = [640, 400, 60, 50];
  const [mostX, mostY] = [600, Math.ceil((lineAt(600) * 1.1) / 5) * 5];
  const x = (macs: number): string => (left + ((width - left - 20) * macs) / mostX).toFixed(1);
  const y = (ms: number): string => (height - bottom - ((height - bottom - 20) * ms) / mostY).toFixed(1);
  const text = (at: string | number, down: string | number, words: string, more = ""): string =>
    `<text x="${at}" y="${down}" fill="#2b2f36" ${more}>${words}</text>`;
  const grid = [0, 100, 200, 300, 400, 500, 600].map((macs) =>
    text(x(macs), height - 30, String(macs), 'text-anchor="middle"'),
  );
  for (let ms = 0; ms <= mostY; ms += 5) {
    grid.push(
      `<path d="M${left} ${y(ms)}H${width - 20}" stroke="#e4e7ea"/>`,
      text(left - 8, Number(y(ms)) + 4, String(ms), 'text-anchor="end"'),
    );
  }
  const dots = points.map(
    ({ name, alpha, macs, ms }) =>
      `<circle cx="${x(macs)}" cy="${y(ms)}" r="5" fill="${colours[alpha]}"><title>${name}: ${ms.toFixed(2)} ms</title></circle>`,
  );
  const legend = Object.entries(colours).map(
    ([alpha, colour], i) =>
      `<circle cx="${left + 24}" cy="${34 + i * 20}" r="5" fill="${colour}"/>${text(left + 36, 38 + i * 20, `alpha ${alpha}`)}`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="12">
<rect width="100%" height="100%" rx="8" fill="#ffffff"/>
${[...grid, `<path d="M${x(0)} ${y(start)}L${x(mostX)} ${y(lineAt(mostX))}" stroke="#5b6470" stroke-dasharray="5 4"/>`, ...dots, ...legend].join("\n")}
${text(width / 2, height - 10, "million multiply-adds", 'text-anchor="middle"')}
${text(14, height / 2, "ms, one thread", `text-anchor="middle" transform="rotate(-90 14 ${height / 2})"`)}
</svg>
`;
}
