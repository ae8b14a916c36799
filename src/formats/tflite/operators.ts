/** @file The TensorFlow Lite operators that become nodes of a graph or constants; operators/ implements them. */
import { activation, limited } from "../importer/tensorflow/functions.ts";
import { LITE_COMMON } from "../importer/tensorflow/operators.ts";
import type { Operator } from "./operator.ts";
import { arithmetic, gelu, l2Normalization, leakyRelu, reduce, softmax } from "./operators/functions.ts";
import {
  batchMatmul,
  conv2d,
  convolution2dTransposeBias,
  depthwiseConv2d,
  fullyConnected,
  transposeConv,
} from "./operators/layers.ts";
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
import { cast, same } from "./operators/types.ts";

export const OPERATORS: ReadonlyMap<string, Operator> = new Map<string, Operator>([
  ...LITE_COMMON,
  ["ADD", arithmetic("add")],
  ["AVERAGE_POOL_2D", averagePool2d],
  ["BATCH_MATMUL", batchMatmul],
  ["CAST", cast],
  ["CONCATENATION", concatenation],
  ["CONV_2D", conv2d],
  ["DEPTHWISE_CONV_2D", depthwiseConv2d],
  ["DEPTH_TO_SPACE", depthToSpaceOf],
  ["DEQUANTIZE", same],
  ["DIV", arithmetic("div")],
  ["FULLY_CONNECTED", fullyConnected],
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
  ["QUANTIZE", same],
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
