/** @file Writes a network to the bytes of a file. */
import type { Graph } from "../graph/graph.ts";
import { readGraph } from "../graph/readGraph.ts";
import { checkWeights, type Weights } from "../graph/weights.ts";
import { checkRecord, oneOf, ShapeError, show } from "../tensor/errors.ts";
import type { FormatName } from "./format.ts";
import { WRITABLE } from "./formats.ts";

/** The formats that `writeModel` writes. */
export type WritableFormatName = Exclude<FormatName, "tfjs">;

const NAMES = WRITABLE.map(({ name }) => name) as readonly WritableFormatName[];

/**
 * Writes a network to the bytes of a file. safetensors, ONNX and TensorFlow Lite have all of it, a graph as JSON has no
 * weights, and NumPy's .npz has nothing else.
 *
 * @param weights as for a session
 * @param metadata strings by name, for safetensors, ONNX and TensorFlow Lite. `classify` and `createClassifier`
 *   read `classes` (a JSON list), `normalize` ("unit" for pixel / 255), `fit`, `fraction` and `interpolation`
 * @throws ShapeError for an invalid graph, weights that do not fit, another format, or metadata that are no strings or
 *   that the format cannot hold
 *
 * @example
 * const graph = fashionNet();
 * const file = await writeModel(graph, randomWeights(graph, 1), "safetensors", { normalize: "unit" });
 * (await loadModel(file)).graph.name; // "fashion_1.0_28"
 */
export async function writeModel(
  graph: Graph,
  weights: Weights,
  format: WritableFormatName,
  metadata: Readonly<Record<string, string>> = {},
): Promise<Uint8Array> {
  const op = "writeModel";
  const name = oneOf(op, "format", format, NAMES);
  const own = readGraph(op, graph);
  if (name !== "graph") checkWeights(op, own, weights);
  for (const [key, value] of Object.entries(checkRecord(op, "metadata", metadata))) {
    if (typeof value !== "string") throw new ShapeError(`${op}: metadata.${key} is ${show(value)}, needs a string`);
  }
  const writer = WRITABLE[NAMES.indexOf(name)];
  if (Object.keys(metadata).length > 0 && !writer.holds.includes("metadata")) {
    throw new ShapeError(`${op}: ${name} files have no metadata, needs none`);
  }
  return writer.write({ graph: own, weights, metadata: { model: own.name, ...metadata } });
}
