/** @file The TensorFlow Lite operators that become nodes of a graph or constants; operators/ implements them. */
import { activation, limited } from "../importer/tensorflow/functions.ts";
import { LITE_COMMON } from "../importer/tensorflow/operators.ts";
import type { Operator } from "./operator.ts";
import { arithmetic, gelu, l2Normalization, leakyRelu, reduce, softmax } from "./operators/functions.ts";
import { integerConv2d, integerDepthwiseConv2d, integerFullyConnected } from "./operators/integerLayers.ts";
import { batchMatmul, convolution2dTransposeBias, transposeConv } from "./operators/layers.ts";
import { averagePool2d, maxPool2d } from "./operators/pools.ts";
import { resizeBilinear, resizeNearest } from "./operators/resize.ts";
import {
  concatenation,
  depthToSpaceOf,
  gather,
  mirrorPad,
  pack,
  reshape,
  spaceToDepthOf,
  split,
  splitV,
  squeeze,
  stridedSlice,
  unpack,
} from "./operators/shapes.ts";
import { cast, dequantize, quantize } from "./operators/types.ts";

export const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ...LITE_COMMON,
  ["ADD", arithmetic("add")],
  ["AVERAGE_POOL_2D", averagePool2d],
  ["BATCH_MATMUL", batchMatmul],
  ["CAST", cast],
  ["CONCATENATION", concatenation],
  ["CONV_2D", integerConv2d],
  ["DEPTHWISE_CONV_2D", integerDepthwiseConv2d],
  ["DEPTH_TO_SPACE", depthToSpaceOf],
  ["DEQUANTIZE", dequantize],
  ["DIV", arithmetic("div")],
  ["FULLY_CONNECTED", integerFullyConnected],
  ["GATHER", gather],
  ["GELU", gelu],
  ["HARD_SWISH", activation("hardSwish")],
  ["L2_NORMALIZATION", l2Normalization],
  ["LEAKY_RELU", leakyRelu],
  ["MAX_POOL_2D", maxPool2d],
  ["MEAN", reduce("reduceMean")],
  ["MIRROR_PAD", mirrorPad],
  ["MUL", arithmetic("mul")],
  ["PACK", pack],
  ["QUANTIZE", quantize],
  ["REDUCE_MAX", reduce("reduceMax")],
  ["REDUCE_MIN", reduce("reduceMin")],
  ["RELU_0_TO_1", limited(0, 1)],
  ["RELU_N1_TO_1", limited(-1, 1)],
  ["RESHAPE", reshape],
  ["RESIZE_BILINEAR", resizeBilinear],
  ["RESIZE_NEAREST_NEIGHBOR", resizeNearest],
  ["SOFTMAX", softmax],
  ["SPACE_TO_DEPTH", spaceToDepthOf],
  ["SPLIT", split],
  ["SPLIT_V", splitV],
  ["SQUEEZE", squeeze],
  ["STRIDED_SLICE", stridedSlice],
  ["SUB", arithmetic("sub")],
  ["SUM", reduce("reduceSum")],
  ["TRANSPOSE_CONV", transposeConv],
  ["UNPACK", unpack],
  ["CUSTOM Convolution2DTransposeBias", convolution2dTransposeBias],
]);
