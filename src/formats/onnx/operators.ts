/** @file The ONNX operators that become nodes of a graph or constants; operators/ implements them. */

import type { Operator } from "./operator.ts";
import { cast, constant, constantOfShape, dropout, gather, identity, shapeOf, slice } from "./operators/constants.ts";
import { add, clip, div, hardSigmoid, mul, sub, unary } from "./operators/elementwise.ts";
import { batchNormalization, conv, gemm, matMul } from "./operators/linear.ts";
import { averagePool, globalAveragePool, globalMaxPool, maxPool, reduceMean } from "./operators/pool.ts";
import { concat, pad, softmax, transpose } from "./operators/rearrange.ts";
import { flatten, reshape, squeeze, unsqueeze } from "./operators/reshape.ts";

export const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ["Add", add],
  ["AveragePool", averagePool],
  ["BatchNormalization", batchNormalization],
  ["Cast", cast],
  ["Clip", clip],
  ["Concat", concat],
  ["Constant", constant],
  ["ConstantOfShape", constantOfShape],
  ["Conv", conv],
  ["Div", div],
  ["Dropout", dropout],
  ["Flatten", flatten],
  ["Gather", gather],
  ["Gemm", gemm],
  ["GlobalAveragePool", globalAveragePool],
  ["GlobalMaxPool", globalMaxPool],
  ["HardSigmoid", hardSigmoid],
  ["HardSwish", unary("hardSwish")],
  ["Identity", identity],
  ["MatMul", matMul],
  ["MaxPool", maxPool],
  ["Mul", mul],
  ["Pad", pad],
  ["ReduceMean", reduceMean],
  ["Relu", unary("relu")],
  ["Reshape", reshape],
  ["Shape", shapeOf],
  ["Sigmoid", unary("sigmoid")],
  ["Slice", slice],
  ["Softmax", softmax],
  ["Squeeze", squeeze],
  ["Sub", sub],
  ["Transpose", transpose],
  ["Unsqueeze", unsqueeze],
]);
