/** @file The public door for people who test a convolution of their own: everything that `separable/testing` has. */
export { type Answer, expectConvClose, type Judgement, judgeConv } from "./expect.ts";
export {
  CONV_CORNERS,
  type ConvCase,
  type ConvOperandValues,
  convCases,
  convOperandsFor,
  type Draw,
} from "./geometries.ts";
export { convMatchers } from "./matchers.ts";
export { CONV_KINDS, type ConvOracle, convOracle, type OracleOptions } from "./oracle.ts";
export { type Place, type Problem, type Product, placeOf, productsOf } from "./sums.ts";
export { type ConvVectors, convVectors, seededVectors } from "./vectors.ts";
