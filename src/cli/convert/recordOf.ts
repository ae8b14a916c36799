/** @file What a written file says of images and classes. */
import { preparationMetadata } from "../../image/recorded.ts";
import type { Network } from "../input/network.ts";

/** Metadata for what is known of images and classes; guesses stay out. */
export function recordOf({ graph, preparation, isGuessed, labels }: Network): Record<string, string> {
  const names = labels();
  return {
    model: graph.name,
    ...(!isGuessed && preparationMetadata(preparation)),
    ...(names !== null && { classes: JSON.stringify(names) }),
  };
}
