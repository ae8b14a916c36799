/** @file How a weights file records the network it belongs to: by name, or with the graph itself. */
import { type Graph, outputShapeOf } from "../../graph/graph.ts";
import { modelNamed } from "../../models/named.ts";
import { ShapeError } from "../../tensor/errors.ts";
import { sizeOf } from "../../tensor/shape.ts";
import { GRAPH_KEY } from "./graphKey.ts";

/** Returns metadata strings from which `loadModel` can rebuild the network. */
export function networkMetadata(graph: Graph): Readonly<Record<string, string>> {
  return { model: graph.name, ...(!isByName(graph) && { [GRAPH_KEY]: JSON.stringify(graph) }) };
}

/** Whether the network's name and weights suffice to rebuild it. */
export function isByName(graph: Graph): boolean {
  const [classes, channels] = [sizeOf(outputShapeOf(graph)), graph.input.shape[3]];
  try {
    const batchNorm = graph.nodes.some(({ op }) => op === "batchNormalization");
    const rebuilt = modelNamed(graph.name)?.graph({ classes, channels, batchNorm });
    return rebuilt !== undefined && JSON.stringify(rebuilt) === JSON.stringify(graph);
  } catch (error) {
    if (error instanceof ShapeError) return false;
    throw error;
  }
}
