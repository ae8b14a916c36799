/**
 * @file Reference results to test a convolution against: in float64, with a bound and an explanation for each output.
 */

import { CONV_KINDS, type Conv2dGeometry, type ConvKind } from "../geometry/conv2d.ts";
import { outputShape } from "../geometry/window.ts";
import { checkAlgorithm } from "../geometry/winograd.ts";
import { CONV_OPTIONS, type Conv2dOptions, convOperands } from "../ops/conv.ts";
import { knownKeys, oneOf } from "../tensor/errors.ts";
import type { Layout } from "../tensor/layout.ts";
import type { Shape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { boundsOf } from "./bound.ts";
import { checkSize, nhwcIndices } from "./outputs.ts";
import { PRECISIONS, type Precision } from "./precision.ts";
import { type Problem, problemOf } from "./problem.ts";
import { type Sums, sumsOf } from "./sums.ts";

export { CONV_KINDS };

/** Options of the convolution; there is no tier to choose. */
export interface OracleOptions extends Omit<Conv2dOptions, "backend"> {
  /** Precision of your kernel: "float32" (default), "float16", "bfloat16" or "tf32". It determines the bounds. */
  readonly precision?: Precision | undefined;
}

const OPTIONS = [...CONV_OPTIONS.filter((name) => name !== "backend"), "precision"];

/** A convolution in float64, with the bounds of a correct kernel. */
export interface ConvOracle {
  readonly op: ConvKind;
  readonly geometry: Conv2dGeometry;
  readonly layout: Layout;
  /** Shape of the output, in the layout of the input. */
  readonly shape: Shape;
  /** The reference result in float64, in row-major order of `shape`. */
  readonly values: Float64Array;
  readonly precision: Precision;
  /** How far a correct kernel may be from each value, in any order of its sums: an answer further away is wrong. */
  readonly bounds: Float64Array;
  /**
   * How far a correct kernel is likely to be: an answer further away is suspicious, as a correct one is at most once in
   * a million convolutions. Null where roundings are not independent, e.g. for a constant image, and for Winograd's
   * method: there only the proof judges.
   */
  readonly statistics: Float64Array | null;
  /** The reference result, rounded once to float32. */
  readonly output: Tensor;
  /** The operands, for explanations: see {@link problemOf}. */
  readonly problem: Problem;
  /** Sums that the bounds are derived from, [N, OH, OW, O]. */
  readonly sums: Sums;
  /** For each number of the output in `layout`, its index in [N, OH, OW, O]. */
  readonly indices: Int32Array;
}

/**
 * Computes the reference result of a convolution, in float64.
 *
 * @param op      "conv2d", "depthwiseConv2d" or "pointwiseConv2d": how the filter's shape is read
 * @param input   [n, h, w, c] (nhwc) or [n, c, h, w] (nchw)
 * @param filter  as that operation accepts it
 * @param options those of the operation except `backend`, and `precision`: "float32" (default), "float16", "bfloat16",
 *   "tf32"; and `algorithm` of your kernel, which widens the bounds: "direct" (default), "winograd2", "winograd4"
 * @throws ShapeError naming the operand, the value found and the value needed
 *
 * @example
 * const [x, w] = [Tensor.zeros([1, 5, 5, 2]), Tensor.zeros([3, 3, 2, 4])];
 * const options = { strides: 2, padding: "same" };
 * const oracle = convOracle("conv2d", x, w, options);
 * expectConvClose(conv2d(x, w, options), oracle);
 */
export function convOracle(op: ConvKind, input: Tensor, filter: Tensor, options: OracleOptions = {}): ConvOracle {
  oneOf("convOracle", "op", op, CONV_KINDS);
  knownKeys(op, options, op === "conv2d" ? [...OPTIONS, "groups", "algorithm"] : OPTIONS);
  const operands = convOperands(op, input, filter, options);
  const { g, layout } = operands;
  checkSize("convOracle", op, g);
  const precision = oneOf(op, "precision", options.precision ?? "float32", PRECISIONS);
  const algorithm = checkAlgorithm(op, options.algorithm, g);
  const problem = problemOf(op, operands, precision, algorithm);
  const sums = sumsOf(problem);
  const { values, bounds, statistics } = boundsOf(problem, sums);
  const shape = outputShape(g, layout);
  const indices = nhwcIndices(g, layout);
  const inLayout = (numbers: Float64Array): Float64Array => numbers.map((_, i) => numbers[indices[i]]);
  const ordered = inLayout(values);
  const output = new Tensor(Float32Array.from(ordered), shape);
  return {
    op,
    geometry: g,
    layout,
    shape,
    values: ordered,
    precision,
    bounds: inLayout(bounds),
    statistics: statistics && inLayout(statistics),
    output,
    problem,
    sums,
    indices,
  };
}
