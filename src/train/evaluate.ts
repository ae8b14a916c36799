/** @file How often a trained network is right. What counts is loaded when somebody asks. */
import type { Session } from "../graph/session.ts";
import type { Patience } from "../tensor/patience.ts";
import type { Dataset } from "./dataset.ts";
import type { Evaluation } from "./evaluation.ts";

export type { Evaluation } from "./evaluation.ts";

/**
 * Runs every image, as pixel / 255, and compares the class with the largest score to the label.
 *
 * @param options `signal` stops it, `onProgress` is told of the images
 * @throws ShapeError if images or classes do not fit the session's graph
 */
export async function evaluate(session: Session, data: Dataset, options: Patience = {}): Promise<Evaluation> {
  const { countRight } = await import("./evaluation.ts");
  return countRight(session, data, options);
}
