/** @file Accuracy and confusion matrix of a network. */

import { checkDataset, type Dataset } from "../data/dataset.ts";
import { pacer } from "../runtime/pause.ts";
import type { Session } from "../session/session.ts";
import { knownKeys, ShapeError, show } from "../tensor/errors.ts";
import { largestOf } from "../tensor/largest.ts";
import { checkPatience, PATIENCE, type Patience } from "../tensor/patience.ts";
import { formatShape, sameShape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";

/** How many images a network classified right. */
export interface Evaluation {
  readonly right: number;
  readonly images: number;
  /** right / images */
  readonly accuracy: number;
  /** [true class][predicted class]: count. */
  readonly confusion: readonly (readonly number[])[];
}

const BATCH = 100;

/** See {@link evaluate}. */
export async function countRight(session: Session, data: Dataset, options: Patience): Promise<Evaluation> {
  knownKeys("evaluate", options, PATIENCE);
  const { signal, onProgress } = checkPatience("evaluate", options);
  if (typeof session?.run !== "function" || typeof session.graph !== "object") {
    throw new ShapeError(`evaluate: session is ${show(session)}, needs one that Session.create made`);
  }
  checkDataset("evaluate", data);
  const { pixels, labels, classes, shape } = data;
  const [count, ...extents] = shape;
  const { name, input } = session.graph;
  if (!sameShape(extents, input.shape.slice(1))) {
    throw new ShapeError(
      `evaluate: images are ${formatShape(extents)}, ${name} needs ${formatShape(input.shape.slice(1))}`,
    );
  }
  if (count === 0) throw new ShapeError("evaluate: there are no images");
  const size = pixels.length / count;
  const confusion = classes.map(() => classes.map(() => 0));
  let right = 0;
  const rest = pacer();
  for (let from = 0; from < count; from += BATCH) {
    const to = Math.min(count, from + BATCH);
    const batch = Float32Array.from(pixels.subarray(from * size, to * size), (level) => level / 255);
    const scores = await session.run(new Tensor(batch, [to - from, ...extents]));
    if (scores.shape.length !== 2 || scores.shape[1] !== classes.length) {
      const found = `${name} gives ${formatShape(scores.shape.slice(1))}`;
      throw new ShapeError(`evaluate: ${classes.length} classes, ${found}, needs as many scores`);
    }
    for (let row = 0; row < to - from; row++) {
      const answer = largestOf(scores, row);
      const label = labels[from + row];
      if (answer === label) right++;
      if (answer >= 0) confusion[label][answer]++; // -1: a score is NaN
    }
    onProgress(to, count);
    await rest();
    signal?.throwIfAborted();
  }
  return { right, images: count, accuracy: right / count, confusion };
}
