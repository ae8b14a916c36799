import type { Dataset } from "../../data/dataset.ts";
import type { WeightedNetwork } from "../../session/compareOutputs.ts";
import { Session } from "../../session/session.ts";
import { evaluate } from "../../train/evaluate.ts";

/** Share of the test images that a network classifies correctly. */
export async function accuracyOf({ graph, weights }: WeightedNetwork, test: Dataset): Promise<number> {
  const session = await Session.create(graph, weights);
  try {
    return (await evaluate(session, test)).accuracy;
  } finally {
    session.dispose();
  }
}
