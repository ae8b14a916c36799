/** @file Reads a graph as JSON, as `JSON.stringify(graph)` writes it. */
import type { Graph } from "../../graph/graph.ts";
import { readGraph } from "../../graph/readGraph.ts";
import { FormatError, ShapeError } from "../../tensor/errors.ts";
import { parseJson } from "../../tensor/json.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { ImportedNetwork } from "../format.ts";

/**
 * @param subject its name in errors
 * @throws FormatError unless it is a graph that the builder could make
 */
export function graphIn(subject: string, json: string): Graph {
  const parsed = parseJson(subject, json);
  try {
    return readGraph(subject, parsed);
  } catch (error) {
    if (error instanceof ShapeError) throw new FormatError(error.message, { cause: error });
    throw error;
  }
}

/** A network whose values have the same axis order as in the file. */
export function networkOf(graph: Graph, weights: Map<string, Tensor>): ImportedNetwork {
  const [inputs, outputs] = [graph.inputs, graph.outputs].map((ends) => ends.map(() => false));
  return { graph, weights, turned: { input: false, output: false, inputs, outputs } };
}
