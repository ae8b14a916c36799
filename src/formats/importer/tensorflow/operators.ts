/** @file Operators without attributes that TensorFlow and TensorFlow Lite both have, by both names. */
import type { Operator } from "../operator.ts";
import { batchToSpace, spaceToBatch } from "./blocks.ts";
import {
  activation,
  addN,
  argMax,
  elu,
  extreme,
  logSoftmax,
  plain,
  pow,
  prelu,
  rounded,
  rsqrt,
  square,
  squaredDifference,
} from "./functions.ts";
import { broadcastTo, expandDims, fill, pad, padV2, rank, shapeOf, slice, tile, transpose } from "./shapes.ts";

const COMMON: readonly (readonly [tensorflow: string, lite: string, operator: Operator])[] = [
  ["Abs", "ABS", plain("abs")],
  ["AddN", "ADD_N", addN],
  ["ArgMax", "ARG_MAX", argMax],
  ["BatchToSpaceND", "BATCH_TO_SPACE_ND", batchToSpace],
  ["BroadcastTo", "BROADCAST_TO", broadcastTo],
  ["Ceil", "CEIL", rounded(Math.ceil)],
  ["Elu", "ELU", elu],
  ["Exp", "EXP", plain("exp")],
  ["ExpandDims", "EXPAND_DIMS", expandDims],
  ["Fill", "FILL", fill],
  ["Floor", "FLOOR", rounded(Math.floor)],
  ["Log", "LOG", plain("log")],
  ["LogSoftmax", "LOG_SOFTMAX", logSoftmax],
  ["Maximum", "MAXIMUM", extreme("max")],
  ["Minimum", "MINIMUM", extreme("min")],
  ["Neg", "NEG", plain("neg")],
  ["Pad", "PAD", pad],
  ["PadV2", "PADV2", padV2],
  ["Pow", "POW", pow],
  ["Prelu", "PRELU", prelu],
  ["Rank", "RANK", rank],
  ["Relu", "RELU", activation("relu")],
  ["Relu6", "RELU6", activation("relu6")],
  ["Round", "ROUND", plain("roundEven")],
  ["Rsqrt", "RSQRT", rsqrt],
  ["Shape", "SHAPE", shapeOf],
  ["Sigmoid", "LOGISTIC", activation("sigmoid")],
  ["Slice", "SLICE", slice],
  ["SpaceToBatchND", "SPACE_TO_BATCH_ND", spaceToBatch],
  ["Sqrt", "SQRT", plain("sqrt")],
  ["Square", "SQUARE", square],
  ["SquaredDifference", "SQUARED_DIFFERENCE", squaredDifference],
  ["Tanh", "TANH", plain("tanh")],
  ["Tile", "TILE", tile],
  ["Transpose", "TRANSPOSE", transpose],
];

export const TENSORFLOW_COMMON: readonly (readonly [string, Operator])[] = COMMON.map(([name, , own]) => [name, own]);
export const LITE_COMMON: readonly (readonly [string, Operator])[] = COMMON.map(([, name, own]) => [name, own]);
