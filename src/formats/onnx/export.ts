/**
 * @file Exports a graph with its weights as an ONNX file that Netron shows and onnxruntime runs.
 *
 * A value of rank 4 is [n, h, w, c] in a graph and [n, c, h, w] in the file; other values are the same in both. Fields
 * are numbered as in onnx.proto3.
 */

import { type Graph, levelsOf, outputShapeOf } from "../../graph/graph.ts";
import { readGraph } from "../../graph/readGraph.ts";
import { checkWeights, type Weights } from "../../graph/weights.ts";
import { concatBytes } from "../../tensor/bytes.ts";
import { ShapeError, show } from "../../tensor/errors.ts";
import type { QuantizedType } from "../../tensor/quantizedTensor.ts";
import type { Shape } from "../../tensor/shape.ts";
import type { Weight } from "../../tensor/weight.ts";
import { bytesField, type Parts, textField, varintField } from "../bytes/protobufWriter.ts";
import { writeNodes } from "./exportIntegers.ts";
import { writeNode } from "./exportNode.ts";
import { inOnnxOrder } from "./exportPicks.ts";
import { FLOAT, INTEGERS, writer } from "./writer.ts";

const IR_VERSION = 8;

/** The first with HardSwish. */
const OPSET = 14;

/**
 * Returns the bytes of an ONNX model (opset 14) with an open batch size.
 *
 * @param weights  as for a session
 * @param metadata strings by name, shown by other programs
 * @throws ShapeError that lists every weight that does not fit
 *
 * @example
 * const graph = fashionNet();
 * const bytes = exportOnnx(graph, randomWeights(graph, 1));
 * bytes instanceof Uint8Array; // true
 */
export function exportOnnx(
  graph: Graph,
  weights: Weights<Weight>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const own = readGraph("exportOnnx", graph);
  checkWeights("exportOnnx", own, weights);
  for (const [key, text] of Object.entries(metadata)) {
    if (typeof text !== "string") {
      throw new ShapeError(`exportOnnx: metadata.${key} is ${show(text)}, needs a string`);
    }
  }
  const { inputs, outputs, name, nodes } = own;
  const file = writer(new Set([...inputs.map((input) => input.name), ...nodes.map((node) => node.name)]));
  writeNodes(file, own, weights, writeNode);
  const body = [
    ...file.nodes,
    ...textField(2, name),
    ...file.initializers,
    ...inputs.flatMap(({ name: input, shape, quantization }) => valueInfo(11, input, shape, quantization?.type)),
    ...outputs.flatMap((output) => valueInfo(12, output, outputShapeOf(own, output), levelsOf(own, output)?.type)),
  ];
  return concatBytes([
    ...varintField(1, IR_VERSION),
    ...textField(2, "separable"),
    ...bytesField(7, body),
    ...bytesField(8, [...textField(1, ""), ...varintField(2, OPSET)]),
    ...Object.entries(metadata).flatMap(([key, text]) => bytesField(14, [...textField(1, key), ...textField(2, text)])),
  ]);
}

/** Describes a tensor [n, …] with an open batch size. @param type none for float32 */
function valueInfo(field: number, name: string, shape: Shape, type?: QuantizedType): Parts {
  const [, ...rest] = inOnnxOrder(shape);
  const dims: readonly Parts[] = [textField(2, "n"), ...rest.map((extent) => varintField(1, extent))];
  const tensor = [
    ...varintField(1, type === undefined ? FLOAT : INTEGERS[type]),
    ...bytesField(
      2,
      dims.flatMap((dim) => bytesField(1, dim)),
    ),
  ];
  return bytesField(field, [...textField(1, name), ...bytesField(2, bytesField(1, tensor))]);
}
