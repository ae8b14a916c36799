/** @file `separable study`: the accuracy tables of the MobileNet paper in miniature, trained here. */
import { availableParallelism } from "node:os";
import { analyze } from "../../analysis/analyze.ts";
import type { Dataset } from "../../data/dataset.ts";
import { resize } from "../../image/resize.ts";
import { type FashionNetOptions, fashionNet } from "../../models/fashionNet.ts";
import { median } from "../../runtime/median.ts";
import { Session } from "../../session/session.ts";
import { FormatError } from "../../tensor/errors.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { evaluate } from "../../train/evaluate.ts";
import { train } from "../../train/train.ts";
import { type Command, readArguments } from "../command.ts";
import { FASHION_FOLDER, fingerprint, isIdxFolder, readData } from "../input/data.ts";
import { earlier, type StudyRow } from "../reports/studyFile.ts";
import { checkWritable, writeWhole } from "../terminal/files.ts";
import { onInterrupt } from "../terminal/interrupt.ts";
import { table } from "../terminal/table.ts";
import { clock, duration, integer, percent, print, printJson, progress } from "../terminal/terminal.ts";

/** Networks of the study, and the tables of arXiv 1704.04861 that they correspond to. */
const VARIANTS: readonly { readonly tables: readonly number[]; readonly options: FashionNetOptions }[] = [
  { tables: [4, 6, 7], options: {} },
  { tables: [4], options: { convolution: "standard" } },
  { tables: [5, 6], options: { alpha: 0.75 } },
  { tables: [5], options: { shallow: true } },
  { tables: [6], options: { alpha: 0.5 } },
  { tables: [6], options: { alpha: 0.25 } },
  { tables: [7], options: { resolution: 24 } },
  { tables: [7], options: { resolution: 20 } },
  { tables: [7], options: { resolution: 16 } },
];

const HELP = `Usage: separable study [FOLDER] [options]

Trains the same small network with separable and with standard convolutions (the paper's Table 4), thin and shallow (Table 5), at
four widths (Table 6) and four resolutions (Table 7), each with several seeds, and tests each on images that it has not seen.
What is done is kept in --out: started again, the study goes on. FOLDER as for separable train.

  --seeds N       default 3
  --epochs N      default 6
  --images N      to learn from, the first of the file; default 10000
  --threads N     default all processors, ${availableParallelism()} here
  --out FILE      default study.json
  --json          the same as JSON`;

export const study: Command = {
  name: "study",
  summary: "the paper's accuracy tables in miniature, trained here",
  help: HELP,
  run: async (args) => {
    const options = {
      seeds: { type: "string" },
      epochs: { type: "string" },
      images: { type: "string" },
      threads: { type: "string" },
      out: { type: "string" },
      json: { type: "boolean" },
    } as const;
    const given = readArguments("study", args, options, 1);
    const [folder = FASHION_FOLDER] = given.positionals;
    if (!isIdxFolder(folder)) throw new FormatError(`${folder}: has no IDX files; apt install dataset-fashion-mnist`);
    const { train: whole, test } = await readData(folder, [28, 28], 1, true);
    if (test === null) throw new FormatError(`${folder}: has no t10k-images-idx3-ubyte, images to test with`);
    const seeds = given.integer("seeds", 3, 1);
    const epochs = given.integer("epochs", 6, 1);
    const threads = given.integer("threads", availableParallelism(), 1);
    const out = given.text("out") ?? "study.json";
    await checkWritable(out);
    const data = firstOf(whole, given.integer("images", 10_000, 1));
    const about = { data: fingerprint(data), images: data.shape[0], testImages: test.shape[0], epochs, seeds };
    let rows = await earlier(out, about);
    const restore = onInterrupt(() =>
      rows.length > 0 ? `${out} has the runs that are done; the same command goes on` : "no run is done yet",
    );
    for (const { tables, options } of VARIANTS) {
      const graph = fashionNet({ ...options, classes: data.classes.length });
      const [, H, W] = graph.input.shape;
      const [shown, asked] = [scaled(data, [H, W]), scaled(test, [H, W])];
      for (let seed = 1; seed <= seeds; seed++) {
        const known = rows.find(({ model }) => model === graph.name);
        if (known?.runs.some((run) => run.seed === seed)) continue;
        const steps: number[] = [];
        const start = performance.now();
        let since = start;
        const { weights } = await train(
          graph,
          shown,
          { epochs, seed, threads },
          {
            onStep: ({ step, steps: all }) => {
              const now = performance.now();
              steps.push(now - since);
              since = now;
              const left = ((all - step) * (now - start)) / step / 1000;
              progress(`${graph.name}, seed ${seed}: ${percent(step / all, 0)}, ${clock(left)} left`);
              return true;
            },
          },
        );
        const seconds = (performance.now() - start) / 1000;
        const session = await Session.create(graph, weights);
        const { accuracy } = await evaluate(session, asked);
        session.dispose();
        progress("");
        const { parameters, macs } = analyze(graph).total;
        const run = { seed, accuracy, seconds: Number(seconds.toFixed(1)) };
        const stepMs = Number(median(steps).toFixed(1));
        const row: StudyRow = {
          model: graph.name,
          tables,
          parameters: parameters.trainable,
          macs,
          stepMs: Math.min(stepMs, known?.stepMs ?? Number.POSITIVE_INFINITY),
          runs: [...(known?.runs ?? []), run],
        };
        rows = [...rows.filter(({ model }) => model !== graph.name), row];
        await writeWhole(out, `${JSON.stringify({ about, rows }, null, 1)}\n`);
        if (!given.flag("json")) print(`${graph.name}, seed ${seed}: ${percent(accuracy, 2)}, ${seconds.toFixed(0)} s`);
      }
    }
    restore();
    if (given.flag("json")) printJson({ about, rows });
    else print(`\n${render(rows)}`);
    return 0;
  },
};

function firstOf(data: Dataset, count: number): Dataset {
  const [all, ...extents] = data.shape;
  const n = Math.min(all, count);
  const size = data.pixels.length / all;
  return {
    ...data,
    pixels: data.pixels.subarray(0, n * size),
    labels: data.labels.subarray(0, n),
    shape: [n, ...extents],
  };
}

/** Resizes all images. */
function scaled(data: Dataset, [H, W]: readonly [number, number]): Dataset {
  const [count, h, w, C] = data.shape;
  if (h === H && w === W) return data;
  const pixels = new Uint8Array(count * H * W * C);
  for (let i = 0; i < count; i++) {
    const image = new Tensor(Float32Array.from(data.pixels.subarray(i * h * w * C, (i + 1) * h * w * C)), [h, w, C]);
    pixels.set(resize(image, [H, W]).toFloat32Array(), i * H * W * C);
  }
  return { ...data, pixels, shape: [count, H, W, C] };
}

function render(rows: readonly StudyRow[]): string {
  return table(
    [
      { title: "network", align: "left" },
      { title: "parameters" },
      { title: "MACs" },
      { title: "step" },
      { title: "right, mean" },
      { title: "least" },
      { title: "most" },
    ],
    rows.map(({ model, parameters, macs, stepMs, runs }) => {
      const shares = runs.map(({ accuracy }) => accuracy);
      const mean = shares.reduce((sum, share) => sum + share, 0) / shares.length;
      const [min, max] = [Math.min(...shares), Math.max(...shares)];
      return [
        model,
        integer(parameters),
        integer(macs),
        duration(stepMs),
        percent(mean, 2),
        percent(min, 2),
        percent(max, 2),
      ];
    }),
  );
}
