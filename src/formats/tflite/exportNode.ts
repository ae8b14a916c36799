/** @file Exports a node of a graph as TensorFlow Lite operators. */
import type { Activation } from "../../geometry/activation.ts";
import type { GraphNode } from "../../graph/graph.ts";
import type { Weights } from "../../graph/weights.ts";
import { ShapeError, show } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Weight } from "../../tensor/weight.ts";
import { i8 } from "../bytes/flatbuffersWriter.ts";
import { writeActivation, writeBatchNorm, writeFunction, writeLayerNorm } from "./exportFunctions.ts";
import { writeIntegers } from "./exportIntegers.ts";
import { writeConvolution, writeConvTranspose, writeDense, writeMatmul, writePool } from "./exportLayers.ts";
import type { Own } from "./exportOwn.ts";
import { writeRearranged } from "./exportShapes.ts";
import type { TfliteWriter } from "./writer.ts";

/** Numbers of fused activations. */
const FUSED: Readonly<Partial<Record<Activation, number>>> = { none: 0, relu: 1, relu6: 3 };

export function writeNode(file: TfliteWriter, node: GraphNode, weights: Weights<Weight>): void {
  const { name, op, outputShape } = node;
  const inputs = node.inputs.map((input, i) => file.value(input, node.inputShapes[i]));
  const y = file.value(name, outputShape);
  const fail = (what = ""): never => {
    throw new ShapeError(`writeModel: node ${show(name)}: TensorFlow Lite has no ${`${op} ${what}`.trimEnd()}`);
  };
  if (node.quantization) {
    writeIntegers({ file, node, inputs, y, x: inputs[0], weights, fail }, node);
    return;
  }
  const own: Own = {
    ...{ file, node, inputs, y, x: inputs[0], fail },
    weight: (role) => weights.get(node.weights[role].name) as Tensor, // checked
    step: (operator, read, shape, part, options) => {
      const made = file.fresh(`${name}/${part}`, shape);
      file.operator(operator, read, [made], options);
      return made;
    },
    activated: (f, write) => {
      const fused = FUSED[f];
      if (fused !== undefined) {
        write(y, fused);
        return;
      }
      const sum = file.fresh(`${name}/sum`, outputShape);
      write(sum, 0);
      writeActivation(own, f, sum);
    },
  };
  switch (op) {
    case "conv2d":
    case "depthwiseConv2d":
    case "pointwiseConv2d":
      writeConvolution(own, node);
      return;
    case "convTranspose2d":
      writeConvTranspose(own, node);
      return;
    case "dense":
      writeDense(own, node);
      return;
    case "matmul":
      writeMatmul(own);
      return;
    case "maxPool2d":
    case "averagePool2d":
    case "globalAveragePool2d":
      writePool(own, node);
      return;
    case "batchNormalization":
      writeBatchNorm(own, node);
      return;
    case "layerNormalization":
      writeLayerNorm(own, node);
      return;
    case "add":
    case "sub":
    case "mul":
    case "div":
      file.operator(op.toUpperCase(), inputs, [y], { type: BINARY_OPTIONS[op], fields: [i8(0)] });
      return;
    case "max":
      file.operator("MAXIMUM", inputs, [y]);
      return;
    case "min":
      file.operator("MINIMUM", inputs, [y]);
      return;
    default:
      if (!writeFunction(own, node)) writeRearranged(own, node);
  }
}

const BINARY_OPTIONS = { add: 11, sub: 28, mul: 21, div: 29 };
