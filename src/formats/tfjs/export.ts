/** @file Exports a graph with its weights as a TensorFlow.js layers model: model.json and weights.bin. */
import { cutTo } from "../../graph/cutTo.ts";
import type { Graph, GraphNode } from "../../graph/graph.ts";
import type { Weights } from "../../graph/weights.ts";
import { ShapeError, show } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { writeFunction } from "./exportActivations.ts";
import {
  writeBatchNorm,
  writeConvolution,
  writeConvTranspose,
  writeDense,
  writeLayerNorm,
  writePool,
} from "./exportLayers.ts";
import type { Own } from "./exportOwn.ts";
import { writeRearranged } from "./exportShapes.ts";
import { type LayersWriter, layersWriter } from "./writer.ts";

/** @throws ShapeError that names a node for which TensorFlow.js has no layers */
export function exportTfjs(
  given: Graph,
  weights: Weights,
  metadata: Readonly<Record<string, string>>,
): ReadonlyMap<string, Uint8Array> {
  const graph = cutTo("writeModel", given, given.outputs); // a layer that no output needs would have no weights there
  const writer = layersWriter();
  const layers = new Map<string, string>();
  for (const { name, shape } of graph.inputs) {
    if (shape.length < 2) throw new ShapeError(`writeModel: the input ${show(name)} has rank 1, TensorFlow.js needs 2`);
    const config = { batch_input_shape: [null, ...shape.slice(1)], dtype: "float32", sparse: false };
    layers.set(name, writer.layer("InputLayer", name, [], config));
  }
  for (const node of graph.nodes) layers.set(node.name, writeNode(ownOf(writer, node, layers, weights)));
  const named = (names: readonly string[]): readonly string[] => names.map((name) => layers.get(name) as string);
  return writer.files(graph.name, named(graph.inputs.map(({ name }) => name)), named(graph.outputs), metadata);
}

function ownOf(writer: LayersWriter, node: GraphNode, layers: ReadonlyMap<string, string>, weights: Weights): Own {
  const inputs = node.inputs.map((input) => layers.get(input) as string); // earlier nodes
  return {
    ...{ node, inputs, x: inputs[0] },
    weight: (role) => weights.get(node.weights[role].name) as Tensor, // checked
    layer: (className, config, from = inputs, own) => writer.layer(className, node.name, from, config, own),
    step: (part, className, config, from = [inputs[0]], own) => {
      return writer.layer(className, `${node.name}_${part}`, from, config, own);
    },
    fail: (what = "") => {
      const lacking = `${node.op} ${what}`.trimEnd();
      throw new ShapeError(`writeModel: node ${show(node.name)}: TensorFlow.js has no layer for ${lacking}`);
    },
  };
}

function writeNode(own: Own): string {
  const { node } = own;
  switch (node.op) {
    case "conv2d":
    case "depthwiseConv2d":
    case "pointwiseConv2d":
      return writeConvolution(own, node);
    case "convTranspose2d":
      return writeConvTranspose(own, node);
    case "dense":
      return writeDense(own, node);
    case "maxPool2d":
    case "averagePool2d":
    case "globalAveragePool2d":
      return writePool(own, node);
    case "batchNormalization":
      return writeBatchNorm(own, node);
    case "layerNormalization":
      return writeLayerNorm(own, node);
    default:
      return writeFunction(own, node) ?? writeRearranged(own, node);
  }
}
