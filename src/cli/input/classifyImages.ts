/** @file Classifies images, read a few at a time, and renders the answers as text. */

import type { ClassAnswer, Classifier } from "../../image/classifier.ts";
import type { Preparation } from "../../image/prepare.ts";
import { duration, percent } from "../../report/forms/numbers.ts";
import { pacer } from "../../runtime/pause.ts";
import { FormatError } from "../../tensor/errors.ts";
import { progress, style, tell } from "../terminal/terminal.ts";
import { readImage } from "./imageFile.ts";

export interface Result {
  readonly image: string;
  readonly model: string;
  readonly backend: string;
  /** Description of the weights file, and how the image became input. */
  readonly weights: string;
  readonly preparation: Preparation;
  readonly ms: number;
  readonly top: readonly ClassAnswer[];
}

/**
 * Reads images concurrently, classifies them one after the other.
 *
 * @param about description of the weights file
 * @param top     answers per image
 * @returns how many could not be read
 */
export async function classifyBatch(
  classifier: Classifier,
  about: string,
  paths: readonly string[],
  top: number,
  show: (result: Result) => void,
): Promise<number> {
  const { session, preparation, prepare, run } = classifier;
  const outcomes = await Promise.allSettled(paths.map(async (path) => prepare(await readImage(path))));
  let broken = 0;
  const rest = pacer();
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
    const values = await run(outcome.value);
    const ms = performance.now() - start;
    const { graph, backend } = session;
    show({
      image: paths[i],
      model: graph.name,
      backend,
      weights: about,
      preparation,
      ms,
      top: classifier.top(values, top),
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
