/** @file Exports a graph with its weights as a TensorFlow Lite file. */
import { foldBatchNorm } from "../../graph/foldBatchNorm.ts";
import { fuseActivation } from "../../graph/fuseActivation.ts";
import { type Graph, outputShapeOf } from "../../graph/graph.ts";
import type { Weights } from "../../graph/weights.ts";
import type { Weight } from "../../tensor/weight.ts";
import { writeNode } from "./exportNode.ts";
import { METADATA } from "./metadata.ts";
import { tfliteWriter } from "./writer.ts";

/**
 * Batch norm is folded and activations are fused where possible: TensorFlow Lite has no operator for batch norm, and
 * options for activations.
 *
 * @throws ShapeError that names a node for which TensorFlow Lite has no operators
 */
export function exportTflite(
  graph: Graph,
  weights: Weights<Weight>,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const file = tfliteWriter();
  const folded = foldBatchNorm(graph, weights);
  const own = fuseActivation(folded.graph);
  const inputs = own.inputs.map(({ name, shape, quantization }) => file.value(name, shape, quantization));
  for (const { name, outputShape, quantization } of own.nodes) file.value(name, outputShape, quantization?.output); // before weights take their names
  for (const node of own.nodes) writeNode(file, node, folded.weights);
  const outputs = own.outputs.map((output) => file.value(output, outputShapeOf(own, output)));
  const said = new Map([[METADATA, new TextEncoder().encode(JSON.stringify(metadata))]]);
  return file.bytes(graph.name, inputs, outputs, Object.keys(metadata).length > 0 ? said : new Map());
}
