/** @file Accuracy of a trained network. The code that counts is loaded on first use. */

import type { Dataset } from "../data/dataset.ts";
import type { Session } from "../session/session.ts";
import type { Patience } from "../tensor/patience.ts";
import type { Evaluation } from "./evaluation.ts";

export type { Evaluation } from "./evaluation.ts";

/**
 * Runs every image, as pixel / 255, and compares the class with the largest score to the label.
 *
 * @param options `signal` stops it, `onProgress` is called as images are done
 * @throws ShapeError if images or classes do not fit the session's graph
 *
 * @example
 * const session = await Session.create(fashionNet(), await loadWeights("fashion"));
 * const { right, images } = await evaluate(session, await fashionSample());
 * images; // 28
 */
export async function evaluate(session: Session, data: Dataset, options: Patience = {}): Promise<Evaluation> {
  const { countRight } = await import("./evaluation.ts");
  return countRight(session, data, options);
}
