/** @file Classifies images that are read a few at a time, and writes down the answers. */

import { endsInSoftmax } from "../../image/classifier.ts";
import { luma } from "../../image/luma.ts";
import { type Preparation, preprocess } from "../../image/prepare.ts";
import { softmax } from "../../ops/activations.ts";
import { pacer } from "../../runtime/pause.ts";
import type { Session } from "../../session/session.ts";
import { FormatError } from "../../tensor/errors.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { duration, percent, progress, style, tell } from "../terminal/terminal.ts";
import { readImage } from "./imageFile.ts";
import type { Network } from "./network.ts";

interface Answer {
  readonly class: number;
  readonly label: string;
  /** The probability; `value`, the raw output, where nothing says that outputs are classes. */
  readonly probability?: number;
  readonly value?: number;
}

export interface Result {
  readonly image: string;
  readonly model: string;
  readonly backend: string;
  /** Description of the weights file, and how the image became input. */
  readonly weights: string;
  readonly preparation: Preparation;
  readonly ms: number;
  readonly top: readonly Answer[];
}

interface Setting {
  readonly network: Network;
  readonly preparation: Preparation;
  readonly labels: readonly string[];
  readonly hasClasses: boolean;
  readonly top: number;
}

/** Reads images concurrently, classifies them one after the other. @returns how many could not be read */
export async function classifyBatch(
  session: Session,
  paths: readonly string[],
  { network: { about: weights }, preparation, labels, hasClasses, top }: Setting,
  show: (result: Result) => void,
): Promise<number> {
  const [, H, W, C] = session.graph.input.shape;
  const inputs = paths.map(async (path) => {
    const image = await readImage(path);
    return preprocess(C === 1 ? luma(image) : image, [H, W], preparation);
  });
  let broken = 0;
  const rest = pacer();
  const hasShares = endsInSoftmax(session.graph);
  const outcomes = await Promise.allSettled(inputs);
  for (const [i, outcome] of outcomes.entries()) {
    if (outcome.status === "rejected") {
      if (!(outcome.reason instanceof FormatError)) throw outcome.reason;
      progress("");
      tell(outcome.reason.message);
      broken++;
      continue;
    }
    await rest();
    const start = performance.now();
    const scores = await session.run(outcome.value);
    const ms = performance.now() - start;
    const row = new Tensor(scores.toFloat32Array(), [1, scores.size]);
    const values = (hasShares || !hasClasses ? row : softmax(row)).data;
    if (values.some(Number.isNaN)) {
      throw new FormatError(`${paths[i]}: the scores contain NaN or infinity; check the weights for NaN or infinity`);
    }
    const answers = [...values.keys()]
      .sort((a, b) => values[b] - values[a])
      .slice(0, top)
      .map((n): Answer => {
        if (hasClasses) return { class: n, label: labels[n], probability: values[n] };
        return { class: n, label: `output ${n}`, value: values[n] };
      });
    show({
      image: paths[i],
      model: session.graph.name,
      backend: session.backend,
      weights,
      preparation,
      ms,
      top: answers,
    });
  }
  return broken;
}

export function render({ image, model, backend, ms, top }: Result): string {
  const width = Math.max(...top.map(({ label }) => label.length));
  const lines = top.map(({ label, probability, value }) => {
    if (probability === undefined) return `  ${label.padEnd(width)}  ${value?.toPrecision(4)}`;
    const bar = "█".repeat(Math.round(probability * 30));
    return `  ${label.padEnd(width)}  ${percent(probability).padStart(7)}  ${style("cyan", bar)}`.trimEnd();
  });
  return [`${style("bold", image)}  (${model}, ${backend}, ${duration(ms)})`, ...lines].join("\n");
}
