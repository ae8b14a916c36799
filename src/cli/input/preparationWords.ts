/** @file Describes how images become a network's input. */
import type { Graph } from "../../graph/graph.ts";
import type { Preparation } from "../../image/prepare.ts";

/** @param isGuessed whether neither the file nor an option says so */
export function preparationWords(
  { input }: Graph,
  { fit, interpolation, normalization, order = "rgb" }: Preparation,
  isGuessed: boolean,
): string {
  const [, H, W, C] = input.shape;
  const filter = fit === "tf-resize" ? "" : `, ${interpolation}`;
  const colours = C === 1 ? "grey" : order;
  const guess = isGuessed ? " (a guess, the file does not say: --fit, --normalize)" : "";
  return `images ${fit} to ${H}×${W}${filter}, ${colours}, grey levels ${levelsOf(normalization)}${guess}`;
}

function levelsOf(normalization: Preparation["normalization"]): string {
  if (typeof normalization === "string") return normalization;
  const [mean, scale] = [normalization.mean, normalization.scale].map((one) => [one].flat().join(", "));
  return `(v - [${mean}]) · [${scale}]`;
}
