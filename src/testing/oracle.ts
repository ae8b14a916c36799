/** @file The answer to test a convolution against: in float64, with a bound for each output and an explanation of it. */

import { type Conv2dGeometry, type ConvKind, outputShape } from "../geometry/conv2d.ts";
import { conv2dMacs } from "../geometry/cost.ts";
import { CONV_OPTIONS, type Conv2dOptions, convOperands } from "../ops/conv.ts";
import { knownKeys, oneOf, ShapeError } from "../tensor/errors.ts";
import { type Layout, layoutPermutation } from "../tensor/layout.ts";
import { indicesAt, type Shape } from "../tensor/shape.ts";
import { Tensor } from "../tensor/tensor.ts";
import { valuesAndBounds } from "./bound.ts";
import { type Place, type Problem, problemOf, sumsOf } from "./sums.ts";

export const CONV_KINDS: readonly ConvKind[] = ["conv2d", "depthwiseConv2d", "pointwiseConv2d"];

/** Options of a convolution whose answer is computed here; there is no tier to choose. */
export type OracleOptions = Omit<Conv2dOptions, "backend">;

const OPTIONS = CONV_OPTIONS.filter((name) => name !== "backend");

export interface ConvOracle {
  readonly op: ConvKind;
  readonly geometry: Conv2dGeometry;
  readonly layout: Layout;
  /** Of the output, in the layout of the input. */
  readonly shape: Shape;
  /** The answer in float64, row by row of `shape`. */
  readonly values: Float64Array;
  /** How far a correct float32 kernel may be from each, whatever the order of its sums. */
  readonly bounds: Float64Array;
  /** The answer, rounded once. */
  readonly output: Tensor;
  /** The operands, for explanations: see {@link problemOf}. */
  readonly problem: Problem;
}

/** Multiply-accumulates that an oracle takes a few seconds for. */
const MOST_MACS = 2 ** 30;

/**
 * The answer of a convolution, in float64.
 *
 * @param op      "conv2d", "depthwiseConv2d" or "pointwiseConv2d": how the filter's shape is read
 * @param input   [n, h, w, c] (nhwc) or [n, c, h, w] (nchw)
 * @param filter  as that operation takes it
 * @param options those of the operation, but no `backend`
 * @throws ShapeError naming the operand, the value found and the value needed
 *
 * @example
 * const oracle = convOracle("conv2d", x, w, { strides: 2, padding: "same" });
 * expectConvClose(myKernel(x.data, w.data), oracle);
 */
export function convOracle(op: ConvKind, input: Tensor, filter: Tensor, options: OracleOptions = {}): ConvOracle {
  oneOf("convOracle", "op", op, CONV_KINDS);
  knownKeys(op, options, op === "conv2d" ? [...OPTIONS, "groups"] : OPTIONS);
  const operands = convOperands(op, input, filter, options);
  const { g, layout } = operands;
  if (conv2dMacs(g) > MOST_MACS) {
    throw new ShapeError(`convOracle: ${op} has ${conv2dMacs(g)} multiply-accumulates, needs at most ${MOST_MACS}`);
  }
  const problem = problemOf(op, operands);
  const { values, bounds } = valuesAndBounds(problem, sumsOf(problem));
  const shape = outputShape(g, layout);
  const inLayout = (numbers: Float64Array): Float64Array =>
    Float64Array.from(numbers, (_, i) => numbers[indexOf(g, placeIn(layout, shape, i))]);
  const ordered = inLayout(values);
  const output = new Tensor(Float32Array.from(ordered), shape);
  return { op, geometry: g, layout, shape, values: ordered, bounds: inLayout(bounds), output, problem };
}

/** Where the number at `index` of a tensor of this layout and shape is, as [n, oh, ow, o]. */
export function placeIn(layout: Layout, shape: Shape, index: number): Place {
  const own = indicesAt(shape, index);
  const [n, oh, ow, o] = layoutPermutation(layout, "nhwc").map((axis) => own[axis]);
  return [n, oh, ow, o];
}

/** The place as an index into [N, OH, OW, O]. */
export function indexOf({ OH, OW, O }: Conv2dGeometry, [n, oh, ow, o]: Place): number {
  return ((n * OH + oh) * OW + ow) * O + o;
}
