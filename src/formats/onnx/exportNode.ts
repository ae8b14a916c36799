/** @file Exports a node of a graph as ONNX nodes. */

import type { Activation } from "../../geometry/activation.ts";
import type { BatchNormNode, ConvNode, GraphNode } from "../../graph/graph.ts";
import type { Weights } from "../../graph/weights.ts";
import { type Shape, sameShape } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import type { Weight } from "../../tensor/weight.ts";
import { TO_NCHW, TO_NHWC } from "../importer/axes.ts";
import { writeActivation, writeFakeQuantize, writeGelu } from "./exportFunction.ts";
import { writeIntegerWeight } from "./exportIntegers.ts";
import { writeConvTranspose, writeLayerNorm, writeMatmul, writePrelu, writeResample } from "./exportLinear.ts";
import {
  axisInFile,
  inOnnxOrder,
  writeExpand,
  writeGather,
  writePad,
  writeReduction,
  writeSlice,
  writeTile,
} from "./exportPicks.ts";
import { writePool } from "./exportPool.ts";
import { capital, dilationsAttribute, float, int, ints, type OnnxWriter, windowAttributes } from "./writer.ts";

export function writeNode(file: OnnxWriter, node: GraphNode, weights: Weights<Weight>): void {
  const { name, op, inputs, inputShapes, outputShape } = node;
  const [x] = inputs;
  const weight = (role: string): Tensor => weights.get(node.weights[role].name) as Tensor; // checked
  const put = (role: string, turn: (weight: Tensor) => Tensor = (same) => same): string => {
    const { name: own } = node.weights[role];
    const given = weights.get(own) as Weight;
    if (given instanceof Tensor) return file.tensor(own, turn(given));
    return writeIntegerWeight(file, own, given, turn, op === "dense" ? 1 : 0);
  };
  const bias = (): readonly string[] => (node.weights.bias ? [put("bias")] : []);
  /** Writes an operator and its activation. */
  const activated = (f: Activation, write: (output: string) => void): void => {
    const sum = f === "none" ? name : file.fresh(`${name}/sum`);
    write(sum);
    if (f !== "none") writeActivation(file, f, sum, name, file.fresh(`${name}/${f}`));
  };
  switch (op) {
    case "conv2d":
    case "depthwiseConv2d":
    case "pointwiseConv2d":
      activated(node.activation, (y) => {
        const groups = op === "conv2d" ? node.geometry.G : op === "depthwiseConv2d" ? node.geometry.C : 1;
        const { geometry: g } = node;
        const attributes = [...windowAttributes(g), ...dilationsAttribute(g), ...int("group", groups)];
        file.node("Conv", [x, put("filter", (filter) => oihw(node, filter)), ...bias()], y, attributes, name);
      });
      return;
    case "dense":
      activated(node.activation, (y) => void file.node("Gemm", [x, put("filter"), ...bias()], y, [], name));
      return;
    case "convTranspose2d":
      activated(node.activation, (y) => writeConvTranspose(file, node, x, put("filter", iohw), bias(), y));
      return;
    case "resample2d":
      writeResample(file, node);
      return;
    case "matmul":
      writeMatmul(file, node);
      return;
    case "prelu":
      writePrelu(file, node, weight("slope"));
      return;
    case "layerNormalization":
      writeLayerNorm(file, node, (role) => (node.weights[role] ? weight(role) : null));
      return;
    case "batchNormalization":
      writeBatchNorm(
        file,
        node,
        ["scale", "bias", "mean", "variance"].map((role) => put(role)),
      );
      return;
    case "maxPool2d":
    case "averagePool2d":
    case "globalAveragePool2d":
      writePool(file, node);
      return;
    case "activation":
      writeActivation(file, node.activation, x, name);
      return;
    case "hardSigmoid":
      file.node("HardSigmoid", [x], name, [...float("alpha", node.alpha), ...float("beta", node.beta)]);
      return;
    case "clamp": {
      const limits = [file.scalar(`${name}/min`, node.minValue), file.scalar(`${name}/max`, node.maxValue)];
      file.node("Clip", [x, ...limits], name);
      return;
    }
    case "softmax":
      file.node("Softmax", [x], name, int("axis", outputShape.length === 4 ? 1 : -1));
      return;
    case "leakyRelu":
    case "elu":
      file.node(capital(op), [x], name, float("alpha", node.alpha));
      return;
    case "roundEven":
      file.node("Round", [x], name);
      return;
    case "fakeQuantize":
      writeFakeQuantize(file, node);
      return;
    case "gelu":
      writeGelu(file, node.approximate, x, name);
      return;
    case "abs":
    case "neg":
    case "reciprocal":
    case "sqrt":
    case "exp":
    case "log":
    case "erf":
    case "tanh":
      file.node(capital(op), [x], name);
      return;
    case "add":
    case "sub":
    case "mul":
    case "div":
    case "max":
    case "min": {
      const rank = outputShape.length;
      const operands = inputs.map((input, i) => raised(file, input, inputShapes[i], rank, `${name}/${i}`));
      file.node(capital(op), operands, name);
      return;
    }
    case "pad":
      writePad(file, node);
      return;
    case "slice":
      writeSlice(file, node);
      return;
    case "gather":
      writeGather(file, node);
      return;
    case "tile":
      writeTile(file, node);
      return;
    case "expand":
      writeExpand(file, name, x, outputShape);
      return;
    case "reduceMean":
    case "reduceSum":
    case "reduceMax":
    case "reduceMin":
    case "argMax":
      writeReduction(file, node);
      return;
    case "concat":
      file.node("Concat", inputs, name, int("axis", axisInFile(node.axis, outputShape.length)));
      return;
    case "transpose": {
      const own = inOnnxOrder(node.permutation).map((axis) => axisInFile(axis, outputShape.length));
      file.node("Transpose", [x], name, ints("perm", own));
      return;
    }
    case "reshape":
      writeReshape(file, name, x, inputShapes[0], outputShape);
      return;
  }
}

/** Converts [kh, kw, c / g, o], [kh, kw, c, m] or [c, o] to [o, c / g, kh, kw]. */
function oihw({ op, geometry: { C, O, KH, KW } }: ConvNode, filter: Tensor): Tensor {
  if (op === "pointwiseConv2d") return filter.transpose([1, 0]).reshape([O, C, 1, 1]);
  if (op === "conv2d") return filter.transpose([3, 2, 0, 1]);
  return filter.transpose([2, 3, 0, 1]).reshape([O, 1, KH, KW]);
}

/** Converts [kh, kw, o / g, c] to [c, o / g, kh, kw]. */
function iohw(filter: Tensor): Tensor {
  return filter.transpose([3, 2, 0, 1]);
}

/** Channels are axis 1 in ONNX and the last axis in a graph; for images and up to rank 2 these coincide. */
function writeBatchNorm(
  file: OnnxWriter,
  { name, inputs: [x], outputShape, epsilon }: BatchNormNode,
  operands: readonly string[],
): void {
  const { length: rank } = outputShape;
  const attributes = float("epsilon", epsilon);
  if (rank === 4 || rank <= 2) {
    file.node("BatchNormalization", [x, ...operands], name, attributes);
    return;
  }
  const axes = outputShape.map((_, axis) => axis);
  const forth = [0, rank - 1, ...axes.slice(1, -1)];
  const back = [0, ...axes.slice(2), 1];
  const turned = file.node("Transpose", [x], file.fresh(`${name}/turned`), ints("perm", forth));
  const normal = file.node("BatchNormalization", [turned, ...operands], file.fresh(`${name}/normal`), attributes, name);
  file.node("Transpose", [normal], name, ints("perm", back), file.fresh(`${name}/back`));
}

/** Prepends extents of 1 up to a rank, in the file's axis order at both ranks. */
function raised(file: OnnxWriter, x: string, shape: Shape, rank: number, name: string): string {
  if (shape.length === rank) return x;
  const full = [...new Array<number>(rank - shape.length).fill(1), ...shape];
  const wide = file.fresh(`${name}/wide`);
  writeReshape(file, wide, x, shape, full);
  return wide;
}

/** Leaves the first extent, the batch size, open. */
function batchOpen([, ...rest]: Shape): readonly number[] {
  return [-1, ...rest];
}

/** A graph reshapes [n, h, w, c]: images are transposed before and after, unless they have one pixel or one channel. */
function writeReshape(file: OnnxWriter, name: string, x: string, from: Shape, to: Shape): void {
  if (sameShape(from, to)) {
    file.node("Identity", [x], name);
    return;
  }
  const isTurned = (shape: Shape): boolean => shape.length === 4 && shape[1] * shape[2] > 1 && shape[3] > 1;
  const plain = isTurned(from) ? file.node("Transpose", [x], file.fresh(`${name}/nhwc`), ints("perm", TO_NHWC)) : x;
  const shape = isTurned(to) ? to : inOnnxOrder(to);
  const target = isTurned(to) ? file.fresh(`${name}/reshaped`) : name;
  file.node("Reshape", [plain, file.integers(`${name}/shape`, batchOpen(shape))], target);
  if (isTurned(to)) file.node("Transpose", [target], name, ints("perm", TO_NCHW));
}
