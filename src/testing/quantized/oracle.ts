/** @file Reference results to test an integer convolution against: every sum, and every integer of the output. */
import { CONV_KINDS, type Conv2dGeometry, type ConvKind } from "../../geometry/conv2d.ts";
import { type FixedPoint, fixedPointOf, type Requantization, type Rounding } from "../../geometry/requantization.ts";
import { outputShape } from "../../geometry/window.ts";
import { quantizedConv2d } from "../../kernels/naive/quantized/convolution.ts";
import {
  type ConvOperands,
  convOperands,
  QUANTIZED_CONV_OPTIONS,
  type QuantizedConv2dOptions,
} from "../../ops/quantized/conv.ts";
import { emptyOutput } from "../../ops/quantized/operands.ts";
import { knownKeys, oneOf } from "../../tensor/errors.ts";
import { type Layout, layoutPermutation } from "../../tensor/layout.ts";
import { INTEGER_RANGES, permuted, type QuantizedTensor } from "../../tensor/quantizedTensor.ts";
import type { Shape } from "../../tensor/shape.ts";
import { Tensor } from "../../tensor/tensor.ts";
import { checkSize, nhwcIndices } from "../outputs.ts";
import { filterOrder } from "../problem.ts";
import { type QuantizedProblem, requantizationOf } from "./problem.ts";

/** Options of the convolution; there is no tier to choose. */
export interface QuantizedOracleOptions extends Omit<QuantizedConv2dOptions, "backend"> {}

/** The factor for the sums of an output channel, in the form that each rounding rule needs. */
export interface Multiplier extends FixedPoint {
  /** sx · sw / sy as float32, the factor of "float-half-even"; the other rules use multiplier · 2^(shift - 31). */
  readonly scale: number;
}

/** An integer convolution, computed exactly. */
export interface QuantizedConvOracle {
  readonly op: ConvKind;
  readonly geometry: Conv2dGeometry;
  readonly layout: Layout;
  /** Shape of the output, in the layout of the input. */
  readonly shape: Shape;
  readonly rounding: Rounding;
  /** The correct integers. */
  readonly output: QuantizedTensor;
  /** Sums with their bias, before requantisation, in row-major order of `shape`. */
  readonly accumulators: Int32Array;
  /** One for each output channel. */
  readonly multipliers: readonly Multiplier[];
  /** The operands, for explanations. */
  readonly problem: QuantizedProblem;
  /** For each number of the output in `layout`, its index in [N, OH, OW, O]. */
  readonly indices: Int32Array;
}

/**
 * Computes the reference result of an integer convolution, and the sums before requantisation.
 *
 * @param op      "conv2d", "depthwiseConv2d" or "pointwiseConv2d": how the filter's shape is read
 * @param input   [n, h, w, c] (nhwc) or [n, c, h, w] (nchw), int8 or uint8, one scale
 * @param filter  as that operation of "separable/quantized" accepts it
 * @param options those of the operation except `backend`: `output`, `bias`, `rounding`, `activation`, `strides`, …
 * @throws ShapeError naming the operand, the value found and the value needed
 *
 * @example
 * const [wanted] = convCases({ activations: ["none"] });
 * const { input, filter, options } = quantizedConvOperandsFor(wanted, 1, { type: "int8" });
 * const oracle = quantizedConvOracle(wanted.op, input, filter, options);
 * judgeConv(oracle.output, oracle).isClose; // true
 */
export function quantizedConvOracle(
  op: ConvKind,
  input: QuantizedTensor,
  filter: QuantizedTensor,
  options: QuantizedOracleOptions,
): QuantizedConvOracle {
  oneOf("quantizedConvOracle", "op", op, CONV_KINDS);
  const known = QUANTIZED_CONV_OPTIONS.filter((name) => name !== "backend");
  knownKeys(op, options, op === "conv2d" ? [...known, "groups"] : known);
  const operands = convOperands(op, input, filter, options);
  const { g, x, w, bias, layer, layout } = operands;
  checkSize("quantizedConvOracle", op, g);
  const problem = problemOf(op, operands);
  const y = emptyOutput(outputShape(g, "nhwc"), operands.output);
  const sums = new Int32Array(y.data.length);
  quantizedConv2d(g, layer, x.data, w.data, bias, y.data);
  quantizedConv2d(g, { ...layer, requantization: unchanged(g.O) }, x.data, w.data, bias, sums);
  const output = permuted(y, layoutPermutation("nhwc", layout));
  const indices = nhwcIndices(g, layout);
  return {
    op,
    geometry: g,
    layout,
    shape: output.shape,
    rounding: problem.rounding,
    output,
    accumulators: sums.map((_, i) => sums[indices[i]]),
    multipliers: multipliersOf(problem),
    problem,
    indices,
  };
}

function problemOf(op: ConvKind, { g, x, w, bias, layer, output, layout, ...own }: ConvOperands): QuantizedProblem {
  return {
    op,
    g,
    x: new Tensor(
      Float32Array.from(x.data, (q) => q - x.zeroPoint),
      [g.N, g.H, g.W, g.C],
    ),
    w: new Tensor(
      Float32Array.from(w.data, (q, i) => q - w.zeroPoints[i % g.O]),
      [g.KH, g.KW, g.C / g.G, g.O],
    ),
    bias,
    activation: own.activation,
    layout,
    filterLayout: filterOrder(own.filterLayout),
    input: { type: x.type, scale: x.scale, zeroPoint: x.zeroPoint },
    filter: w,
    output,
    rounding: layer.requantization.rounding,
  };
}

function multipliersOf(problem: QuantizedProblem): readonly Multiplier[] {
  const [singles, doubles] = (["float-half-even", "tflite-double"] as const).map(
    (rounding) => requantizationOf(problem, rounding).ratios,
  );
  return singles.map((scale, o) => ({ scale: scale as number, ...fixedPointOf(doubles[o]) }));
}

/** A ratio of 1, 2^30 · 2^(1 - 31), and no limits but those of int32: outputs are the sums. */
function unchanged(O: number): Requantization {
  const [min, max] = INTEGER_RANGES.int32;
  const one: FixedPoint = { multiplier: 2 ** 30, shift: 1 };
  return {
    rounding: "tflite-single",
    ratios: Array.from({ length: O }, () => one),
    output: { zeroPoint: 0, min, max },
  };
}
