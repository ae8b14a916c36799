/** @file What a written file records about images and classes. */
import { preparationMetadata } from "../../image/recorded.ts";
import type { Network } from "../input/network.ts";

/** Returns metadata for what is known about images and classes; guesses are left out. */
export function recordOf({ graph, preparation, isGuessed, labels }: Network): Record<string, string> {
  const names = labels();
  return {
    model: graph.name,
    ...(!isGuessed && preparationMetadata(preparation)),
    ...(names !== null && { classes: JSON.stringify(names) }),
  };
}
