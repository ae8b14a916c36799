/** @file Test vectors of an integer convolution: operands, sums, their multipliers, and the output. */
import type { ConvKind } from "../../geometry/conv2d.ts";
import { checkRecord, oneOf } from "../../tensor/errors.ts";
import { type FilterLayout, LAYOUTS, type Layout, layoutPermutation } from "../../tensor/layout.ts";
import { atIndex, type IntegerData, integersOf, permuted, type QuantizedTensor } from "../../tensor/quantizedTensor.ts";
import type { ConvCase } from "../geometries.ts";
import { filterPermutation, filterShape, patchesOf } from "../vectors.ts";
import { type QuantizedConvOperandValues, type QuantizedDraw, quantizedConvOperandsFor } from "./operands.ts";
import { type QuantizedConvOracle, quantizedConvOracle } from "./oracle.ts";

/** Test vectors of an integer convolution. */
export interface QuantizedConvVectors {
  readonly name: string;
  /** With the sums, the multipliers and the output. */
  readonly oracle: QuantizedConvOracle;
  /** In the layout of the oracle. */
  readonly input: QuantizedTensor;
  /** In the filter layout of the oracle. */
  readonly filter: QuantizedTensor;
  /** As for `convVectors`, with the input's zero point for padding. */
  readonly patches: IntegerData;
}

/**
 * Returns test vectors of an integer convolution: operands, every sum before requantisation, and the output.
 *
 * @throws ShapeError if the operands do not fit together
 *
 * @example
 * const [wanted] = convCases({ activations: ["none"] });
 * const operands = quantizedConvOperandsFor(wanted, 1, { rounding: "tflite-double" });
 * const { oracle, input, filter, patches } = quantizedConvVectors(wanted, operands);
 */
export function quantizedConvVectors(
  wanted: Pick<ConvCase, "name" | "op">,
  operands: QuantizedConvOperandValues,
): QuantizedConvVectors {
  checkRecord("quantizedConvVectors", "case", wanted);
  checkRecord("quantizedConvVectors", "operands", operands);
  const { name, op } = wanted;
  const { input, filter, options } = operands;
  const oracle = quantizedConvOracle(op, input, filter, options);
  const { type, zeroPoint } = oracle.problem.input;
  const { data } = patchesOf(oracle.problem).contiguous();
  const patches = integersOf(type, data.length).map((_, i) => data[i] + zeroPoint);
  return { name, oracle, input, filter, patches };
}

/** Layouts of a case's operands, and how its integers are chosen. */
export interface QuantizedVectorOptions extends QuantizedDraw {
  readonly layout?: Layout | undefined;
  /** Default: "oihw" if `layout` is nchw, else the operation's default. */
  readonly filterLayout?: FilterLayout | undefined;
}

/**
 * Returns vectors of a case with seeded integers: the same in every layout.
 *
 * @throws ShapeError if the sizes do not fit together
 *
 * @example
 * const [wanted] = convCases({ activations: ["none"] });
 * const { oracle } = seededQuantizedVectors(wanted, 1, { type: "uint8" });
 */
export function seededQuantizedVectors(
  wanted: ConvCase,
  seed: number,
  options: QuantizedVectorOptions = {},
): QuantizedConvVectors {
  checkRecord("seededQuantizedVectors", "options", options);
  const { layout, filterLayout, ...draw } = options;
  return quantizedVectorsInLayout(wanted, quantizedConvOperandsFor(wanted, seed, draw), { layout, filterLayout });
}

/** Converts operands in nhwc and the operation's default filter layout to vectors in the requested layouts. */
export function quantizedVectorsInLayout(
  wanted: Pick<ConvCase, "name" | "op">,
  { input, filter, options }: QuantizedConvOperandValues,
  layouts: Pick<QuantizedVectorOptions, "layout" | "filterLayout">,
): QuantizedConvVectors {
  const layout = oneOf("quantizedConvVectors", "layout", layouts.layout ?? "nhwc", LAYOUTS);
  const filterLayout = layouts.filterLayout ?? (layout === "nchw" ? "oihw" : undefined);
  return quantizedConvVectors(wanted, {
    input: permuted(input, layoutPermutation("nhwc", layout)),
    filter: filterLayout === undefined ? filter : laidOut(wanted.op, filter, filterLayout),
    options: { ...options, layout, ...(filterLayout !== undefined && { filterLayout }) },
  });
}

/** The filter of a case in another layout. */
function laidOut(op: ConvKind, filter: QuantizedTensor, layout: FilterLayout): QuantizedTensor {
  const moved = permuted(filter, filterPermutation(op, layout));
  const shape = filterShape(op, layout, moved.shape);
  if (op !== "depthwiseConv2d" || layout === "hwim" || moved.axis === null) return { ...moved, shape };
  // Its scales vary along the input channels, or the multiples; now each output has one.
  const [, M] = moved.shape;
  const indexOf = moved.axis === 0 ? (o: number) => Math.floor(o / M) : (o: number) => o % M;
  const each = (values: number | readonly number[]): readonly number[] =>
    Array.from({ length: shape[0] }, (_, o) => atIndex(values, indexOf(o)));
  return { ...moved, shape, axis: 0, scale: each(moved.scale), zeroPoint: each(moved.zeroPoint) };
}
