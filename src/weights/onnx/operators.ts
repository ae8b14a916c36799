/** @file Table of the ONNX operators that become nodes of a graph or constants; operators/ implements them. */

import { cast, constant, constantOfShape, dropout, gather, passed, shapeOf, slice } from "./operators/constants.ts";
import { add, clip, div, hardSigmoid, mul, sub, unary } from "./operators/elementwise.ts";
import { batchNormalization, conv, gemm, matMul } from "./operators/linear.ts";
import { averagePool, globalAveragePool, globalMaxPool, maxPool, reduceMean } from "./operators/pool.ts";
import { concat, pad, softmax, transpose } from "./operators/rearrange.ts";
import { flatten, reshape, squeeze, unsqueeze } from "./operators/reshape.ts";
import type { Context, Known } from "./values.ts";

export interface Operator {
  /** Supported attributes; any other is refused. */
  readonly attributes: readonly string[];
  /** Whether further outputs are tolerated, if nothing reads them. */
  readonly ignoresMore?: boolean;
  run(context: Context): Known;
}

const WINDOW = ["auto_pad", "dilations", "kernel_shape", "pads", "strides"];
const POOL = [...WINDOW, "ceil_mode"];

export const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ["Add", { attributes: [], run: add }],
  ["AveragePool", { attributes: [...POOL, "count_include_pad"], run: averagePool }],
  [
    "BatchNormalization",
    { attributes: ["epsilon", "momentum", "spatial", "training_mode", "is_test"], run: batchNormalization },
  ],
  ["Cast", { attributes: ["to", "saturate"], run: cast }],
  ["Clip", { attributes: ["min", "max"], run: clip }],
  ["Concat", { attributes: ["axis"], run: concat }],
  ["Constant", { attributes: ["value", "value_float", "value_floats", "value_int", "value_ints"], run: constant }],
  ["ConstantOfShape", { attributes: ["value"], run: constantOfShape }],
  ["Conv", { attributes: [...WINDOW, "group"], run: conv }],
  ["Div", { attributes: [], run: div }],
  ["Dropout", { attributes: ["ratio", "seed", "is_test"], ignoresMore: true, run: dropout }],
  ["Flatten", { attributes: ["axis"], run: flatten }],
  ["Gather", { attributes: ["axis"], run: gather }],
  ["Gemm", { attributes: ["alpha", "beta", "broadcast", "transA", "transB"], run: gemm }],
  ["GlobalAveragePool", { attributes: [], run: globalAveragePool }],
  ["GlobalMaxPool", { attributes: [], run: globalMaxPool }],
  ["HardSigmoid", { attributes: ["alpha", "beta"], run: hardSigmoid }],
  ["HardSwish", { attributes: [], run: (c) => unary(c, "hardSwish") }],
  ["Identity", { attributes: [], run: passed }],
  ["MatMul", { attributes: [], run: matMul }],
  ["MaxPool", { attributes: [...POOL, "storage_order"], run: maxPool }],
  ["Mul", { attributes: [], run: mul }],
  ["Pad", { attributes: ["mode", "pads", "value"], run: pad }],
  ["ReduceMean", { attributes: ["axes", "keepdims", "noop_with_empty_axes"], run: reduceMean }],
  ["Relu", { attributes: [], run: (c) => unary(c, "relu") }],
  ["Reshape", { attributes: ["allowzero"], run: reshape }],
  ["Shape", { attributes: ["start", "end"], run: shapeOf }],
  ["Sigmoid", { attributes: [], run: (c) => unary(c, "sigmoid") }],
  ["Slice", { attributes: ["axes", "ends", "starts"], run: slice }],
  ["Softmax", { attributes: ["axis"], run: softmax }],
  ["Squeeze", { attributes: ["axes"], run: squeeze }],
  ["Sub", { attributes: [], run: sub }],
  ["Transpose", { attributes: ["perm"], run: transpose }],
  ["Unsqueeze", { attributes: ["axes"], run: unsqueeze }],
]);
