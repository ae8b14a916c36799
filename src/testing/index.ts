/** @file The public API of `separable/testing`, for testing your own convolutions. */

export type { QuantizedActivation } from "../geometry/quantizedActivation.ts";
export type { PerOutput } from "../geometry/quantizedLayer.ts";
export type { OutputRange } from "../geometry/requantization.ts";
export type { ConvAlgorithm } from "../geometry/winograd.ts";
export type { ConvOperands } from "../ops/conv.ts";
export type { QuantizedConv2dOptions } from "../ops/quantized/conv.ts";
export type { QuantizedDenseOptions } from "../ops/quantized/layer.ts";
export type { Answer } from "./answer.ts";
export {
  CONV_CORNERS,
  type ConvCase,
  type ConvCasesOptions,
  type ConvOperandValues,
  convCases,
  convOperandsFor,
  type Draw,
} from "./geometries.ts";
export { expectConvClose, judgeConv } from "./judge.ts";
export type { Judgement, Verdict, WorstOutput } from "./judgement.ts";
export { convMatchers } from "./matchers.ts";
export { MISTAKES, QUANTIZED_MISTAKES } from "./mistakes/index.ts";
export { CONV_KINDS, type ConvOracle, convOracle, type OracleOptions } from "./oracle.ts";
export { PRECISIONS, type Precision } from "./precision.ts";
export type { Convolution, FilterOrder, Position, Problem, Product } from "./problem.ts";
export { type QuantizedConvOperandValues, type QuantizedDraw, quantizedConvOperandsFor } from "./quantized/operands.ts";
export {
  type Multiplier,
  type QuantizedConvOracle,
  type QuantizedOracleOptions,
  quantizedConvOracle,
} from "./quantized/oracle.ts";
export type { QuantizedProblem } from "./quantized/problem.ts";
export {
  type QuantizedConvVectors,
  type QuantizedVectorOptions,
  quantizedConvVectors,
  seededQuantizedVectors,
} from "./quantized/vectors.ts";
export { type AnsweredCase, judgeSuite, type SuiteJudgement } from "./suite.ts";
export type { Sums } from "./sums.ts";
export type { Shared } from "./traits.ts";
export { type ConvVectors, convVectors, seededVectors, type VectorOptions } from "./vectors.ts";
