/** @file `separable study`: the accuracy tables of the MobileNet paper in miniature, trained here. */
import { analyze } from "../../analysis/analyze.ts";
import type { Dataset } from "../../data/dataset.ts";
import { resize } from "../../image/resize.ts";
import { type FashionNetOptions, fashionNet } from "../../models/fashionNet.ts";
import { clock, duration, integer, percent } from "../../report/forms/numbers.ts";
import { table } from "../../report/forms/table.ts";
import { median } from "../../runtime/median.ts";
import { Session } from "../../session/session.ts";
import { FormatError } from "../../tensor/errors.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { evaluate } from "../../train/evaluate.ts";
import { train } from "../../train/train.ts";
import { type Command, command } from "../command.ts";
import { FASHION_FOLDER, fingerprint, isIdxFolder, readData } from "../input/data.ts";
import { integer as integerOption, text } from "../options/option.ts";
import { ALL_THREADS, JSON_FLAG } from "../options/shared.ts";
import { checkWritable, writeWhole } from "../terminal/files.ts";
import { onInterrupt } from "../terminal/interrupt.ts";
import { print, printJson, progress, screen } from "../terminal/terminal.ts";
import { earlier, type StudyRow } from "../training/studyFile.ts";

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

export const study: Command = command({
  name: "study",
  summary: "train and print the paper's accuracy tables in miniature",
  usage: "[FOLDER]",
  maxOperands: 1,
  about: `Trains the same small network with separable and with standard convolutions (the paper's Table 4), thin and shallow (Table 5), at
four widths (Table 6) and four resolutions (Table 7), each with several seeds, and tests each on unseen images. Finished runs are stored in --out; the same command continues the study. FOLDER as for separable train.`,
  options: {
    seeds: integerOption("N", [1], 3, "default 3"),
    epochs: integerOption("N", [1], 6, "default 6"),
    images: integerOption("N", [1], 10_000, "training images, the first of the file; default 10000"),
    threads: ALL_THREADS,
    out: text("FILE", "default study.json"),
    json: JSON_FLAG,
  },
  run: async (given) => {
    const [folder = FASHION_FOLDER] = given.operands;
    if (!isIdxFolder(folder)) throw new FormatError(`${folder}: has no IDX files; apt install dataset-fashion-mnist`);
    const { train: whole, test } = await readData(folder, [28, 28], 1, true);
    if (test === null) throw new FormatError(`${folder}: has no t10k-images-idx3-ubyte, images to test with`);
    const { seeds, epochs, threads, images, out = "study.json", json } = given.options;
    await checkWritable(out);
    const data = firstOf(whole, images);
    const about = { data: fingerprint(data), images: data.shape[0], testImages: test.shape[0], epochs, seeds };
    let rows = await earlier(out, about);
    const restore = onInterrupt(() =>
      rows.length > 0 ? `${out} has the finished runs; the same command continues` : "no run has finished yet",
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
        if (!json) print(`${graph.name}, seed ${seed}: ${percent(accuracy, 2)}, ${seconds.toFixed(0)} s`);
      }
    }
    restore();
    if (json) printJson({ about, rows });
    else print(`\n${render(rows)}`);
    return 0;
  },
});

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
      { title: "network" },
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
    screen(),
  );
}
