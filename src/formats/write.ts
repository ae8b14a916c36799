/** @file Writes a network to the bytes of a file, or of several. */

import type { Graph } from "../graph/graph.ts";
import { checkReal, realTensors } from "../graph/quantized/real.ts";
import { readGraph } from "../graph/readGraph.ts";
import { checkWeights, type Weights } from "../graph/weights.ts";
import { checkRecord, oneOf, ShapeError, show } from "../tensor/errors.ts";
import type { Weight } from "../tensor/weight.ts";
import type { Format, FormatName } from "./format.ts";
import { WRITABLE } from "./formats.ts";
import { tfjs } from "./tfjs/format.ts";

/** The formats that `writeModel` writes. */
export type WritableFormatName = Exclude<FormatName, "keras">;

const NAMES: readonly WritableFormatName[] = ["safetensors", "npz", "graph", "tfjs", "tflite", "onnx"];

/**
 * Writes a network as a TensorFlow.js layers model: two files by name, `model.json` and `weights.bin`.
 *
 * @param weights as for a session; integer networks as TensorFlow Lite, or as JSON
 * @param metadata strings by name, as for the other formats
 * @throws ShapeError for an invalid graph, weights that do not fit, a node that TensorFlow.js has no layers for, or
 *   metadata that is not strings
 *
 * @example
 * const small = mobilenetV2({ alpha: 0.35, resolution: 96, classes: 3 });
 * const files = await writeModel(small, randomWeights(small, 1), "tfjs");
 * [...files.keys()]; // ["model.json", "weights.bin"]
 */
export async function writeModel(
  graph: Graph,
  weights: Weights<Weight>,
  format: "tfjs",
  metadata?: Readonly<Record<string, string>>,
): Promise<ReadonlyMap<string, Uint8Array>>;
/**
 * Writes a network to the bytes of a file. safetensors, ONNX and TensorFlow Lite store all of it, a graph as JSON has
 * no weights, and NumPy's .npz has nothing else.
 *
 * @param weights as for a session; integer networks as TensorFlow Lite, or as JSON
 * @param metadata strings by name, for safetensors, ONNX and TensorFlow Lite. `classify` and `createClassifier`
 *   read `classes` (a JSON list), `normalize` ("unit" for pixel / 255), `fit`, `fraction` and `interpolation`
 * @throws ShapeError for an invalid graph, weights that do not fit, another format, a node that the format cannot
 *   express, or metadata that is not strings or that the format cannot hold
 *
 * @example
 * const graph = fashionNet();
 * const file = await writeModel(graph, randomWeights(graph, 1), "safetensors", { normalize: "unit" });
 * (await loadModel(file)).graph.name; // "fashion_1.0_28"
 */
export async function writeModel(
  graph: Graph,
  weights: Weights<Weight>,
  format: Exclude<WritableFormatName, "tfjs">,
  metadata?: Readonly<Record<string, string>>,
): Promise<Uint8Array>;
export async function writeModel(
  graph: Graph,
  weights: Weights<Weight>,
  format: WritableFormatName,
  metadata: Readonly<Record<string, string>> = {},
): Promise<Uint8Array | ReadonlyMap<string, Uint8Array>> {
  const op = "writeModel";
  const name = oneOf(op, "format", format, NAMES);
  const own = readGraph(op, graph);
  if (name !== "graph") checkWeights(op, own, weights);
  for (const [key, value] of Object.entries(checkRecord(op, "metadata", metadata))) {
    if (typeof value !== "string") throw new ShapeError(`${op}: metadata.${key} is ${show(value)}, needs a string`);
  }
  const writer = WRITABLE.find((one) => one.name === name);
  if (!writer?.writesIntegers) checkReal(`${op}: ${name}`, own);
  const model = {
    graph: own,
    weights: weightsFor(op, writer ?? tfjs, weights),
    metadata: { model: own.name, ...metadata },
  };
  if (writer === undefined) return (tfjs.writeFiles as NonNullable<typeof tfjs.writeFiles>)(model);
  if (Object.keys(metadata).length > 0 && !writer.holds.includes("metadata")) {
    throw new ShapeError(`${op}: ${name} files have no metadata, needs none`);
  }
  return writer.write(model);
}

/** Weights as the format stores them. @throws ShapeError for integer weights if it stores only real numbers */
export function weightsFor(op: string, { writesIntegers }: Format, weights: Weights<Weight>): Weights {
  return writesIntegers ? (weights as Weights) : realTensors(op, weights);
}
