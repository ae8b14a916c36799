/** @file Describes how images become a network's input. */
import type { Graph } from "../../graph/graph.ts";
import type { Preparation } from "../../image/prepare.ts";

/** @param isGuessed whether neither the file nor an option says so */
export function preparationWords(
  { input }: Graph,
  { fit, interpolation, normalization }: Preparation,
  isGuessed: boolean,
): string {
  const [, H, W] = input.shape;
  const guess = isGuessed ? " (a guess, the file does not say: --fit, --normalize)" : "";
  return `images ${fit} to ${H}×${W}, ${interpolation}, grey levels ${normalization}${guess}`;
}
