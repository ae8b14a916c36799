/** @file Classifies the bundled sample on every tier, and renders it for the terminal. */

import { fashionSample } from "../../data/sample.ts";
import { loadModel } from "../../formats/load.ts";
import { createClassifier } from "../../image/classifier.ts";
import { TIERS, type TierName } from "../../kernels/tiers.ts";
import { duration, percent } from "../../report/forms/numbers.ts";
import { median } from "../../runtime/median.ts";
import { pacer } from "../../runtime/pause.ts";
import { Tensor } from "../../tensor/tensor.ts";
import type { Weight } from "../../tensor/weight.ts";
import { braille } from "../terminal/braille.ts";
import { style } from "../terminal/terminal.ts";

export interface SampleAnswer {
  readonly label: string;
  readonly answer: string;
  readonly probability: number;
}

export interface SampleResult {
  readonly model: string;
  readonly answers: readonly SampleAnswer[];
  readonly right: number;
  /** Median milliseconds per image. */
  readonly tiers: readonly TierTime[];
  /** The largest difference between a tier's probabilities and the last tier's. */
  readonly difference: number;
  /** The same network in eight bits: median milliseconds per image, and how many answers are the same. */
  readonly twin: { readonly ms: number; readonly same: number };
  readonly images: readonly Tensor[];
}

interface TierTime {
  readonly tier: TierName;
  readonly ms: number;
}

export async function classifySample(): Promise<SampleResult> {
  const { pixels, shape, labels, classes } = await fashionSample();
  const model = await loadModel("fashion");
  const levels = new Tensor(Float32Array.from(pixels), shape);
  const images = Array.from(labels, (_, i) =>
    levels.slice([i, 0, 0, 0], [1, ...shape.slice(1)]).reshape(shape.slice(1)),
  );
  const tiers: TierTime[] = [];
  const probabilities: (readonly Float32Array[])[] = [];
  for (const tier of TIERS) {
    const { ms, scores } = await timed(model, images, tier);
    probabilities.push(scores);
    tiers.push({ tier, ms });
  }
  const twin = await timed(await loadModel<Weight>("fashion_int8"), images, "simd");
  const [last] = probabilities.slice(-1);
  const answers = Array.from(labels, (label, i) => {
    const probability = Math.max(...last[i]);
    return { label: classes[label], answer: classes[last[i].indexOf(probability)], probability };
  });
  const difference = probabilities
    .flatMap((tier) => tier.flatMap((row, i) => [...row].map((value, n) => Math.abs(value - last[i][n]))))
    .reduce((max, value) => Math.max(max, value), 0);
  const bests = [last, twin.scores].map((scores) => scores.map((row) => row.indexOf(Math.max(...row))));
  return {
    model: model.graph.name,
    answers,
    right: answers.filter(({ label, answer }) => label === answer).length,
    tiers,
    difference,
    twin: { ms: twin.ms, same: bests[1].filter((best, i) => best === bests[0][i]).length },
    images: images.map(
      (image) =>
        new Tensor(
          image.toFloat32Array().map((level) => level / 255),
          shape.slice(1, 3),
        ),
    ),
  };
}

/** The scores of a network for each image, and the median time per image. */
async function timed(
  model: Parameters<typeof createClassifier>[0],
  images: readonly Tensor[],
  backend: TierName,
): Promise<{ readonly ms: number; readonly scores: readonly Float32Array[] }> {
  const rest = pacer();
  const classifier = await createClassifier(model, { backend });
  const inputs = images.map(classifier.prepare);
  await classifier.run(inputs[0]); // warm-up
  const scores: Float32Array[] = [];
  const times: number[] = [];
  for (const input of inputs) {
    const start = performance.now();
    scores.push(await classifier.run(input));
    times.push(performance.now() - start);
    await rest();
  }
  classifier.dispose();
  return { ms: median(times), scores };
}

/** Renders images side by side, as many as fit 80 columns, with the answer below each. */
export function renderSample({ model, answers, right, tiers, difference, twin, images }: SampleResult): string {
  const width = 18;
  const perRow = 4;
  const rows: string[] = [];
  for (let from = 0; from < answers.length; from += perRow) {
    const cells = answers.slice(from, from + perRow).map(({ label, answer, probability }, i) => {
      const said = `${answer} ${percent(probability, 0)}`.padEnd(width);
      const mark = label === answer ? style("green", said) : style("red", said);
      const truth = (label === answer ? "right" : `no: ${label}`).padEnd(width);
      return [...braille(images[from + i]).map((line) => line.padEnd(width)), mark, truth];
    });
    for (let line = 0; line < cells[0].length; line++)
      rows.push(
        cells
          .map((cell) => cell[line])
          .join(" ")
          .trimEnd(),
      );
    rows.push("");
  }
  const times = tiers.map(({ tier, ms }) => `${tier} ${duration(ms)}`).join(", ");
  return [
    style("bold", `${answers.length} images of Fashion-MNIST's test set, by ${model}`),
    "",
    ...rows,
    `${right} of ${answers.length} right. An image takes: ${times}.`,
    `The tiers agree: no probability differs by more than ${difference.toExponential(0)}.`,
    `In eight bits, fashion_int8: the same answer for ${twin.same} of ${answers.length}, ${duration(twin.ms)}.`,
  ].join("\n");
}
