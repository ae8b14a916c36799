/** @file Golden test vectors: a convolution with its operands, patch matrix, reference result and error bounds. */

import type { ConvKind } from "../geometry/conv2d.ts";
import type { ConvAlgorithm } from "../geometry/winograd.ts";
import { im2col } from "../kernels/im2col/patches.ts";
import { checkRecord, oneOf } from "../tensor/errors.ts";
import { type FilterLayout, LAYOUTS, type Layout, layoutPermutation } from "../tensor/layout.ts";
import type { Shape } from "../tensor/shape.ts";
import type { Tensor } from "../tensor/tensor.ts";
import { type ConvCase, type ConvOperandValues, convOperandsFor, type Draw } from "./geometries.ts";
import { type ConvOracle, convOracle } from "./oracle.ts";
import type { Precision } from "./precision.ts";
import type { Convolution } from "./problem.ts";

/** Test vectors of one convolution. */
export interface ConvVectors {
  readonly name: string;
  readonly oracle: ConvOracle;
  /** In the layout of the oracle. */
  readonly input: Tensor;
  /** In the filter layout of the oracle. */
  readonly filter: Tensor;
  /** [o], or null. */
  readonly bias: Tensor | null;
  /**
   * The pixels under each output pixel's window, 0 for padding: [n·oh·ow, kh·kw·c], or [n·oh·ow, c·kh·kw] if the
   * filter has its input channels before its taps.
   */
  readonly patches: Tensor;
}

/**
 * Returns test vectors of a convolution: operands, the answer in float64, and its bounds.
 *
 * @throws ShapeError if the operands do not fit together
 *
 * @example
 * const [wanted] = convCases();
 * const { name, oracle } = convVectors(wanted, convOperandsFor(wanted));
 */
export function convVectors(wanted: Pick<ConvCase, "name" | "op">, operands: ConvOperandValues): ConvVectors {
  checkRecord("convVectors", "case", wanted);
  checkRecord("convVectors", "operands", operands);
  const { name, op } = wanted;
  const { input, filter, options } = operands;
  const oracle = convOracle(op, input, filter, options);
  return { name, oracle, input, filter, bias: options.bias ?? null, patches: patchesOf(oracle.problem) };
}

/** The contents of each window, in the order of the filter's taps and channels. */
export function patchesOf(problem: Convolution): Tensor {
  const { g, x } = problem;
  const matrix = im2col(x, g);
  if (!hasChannelsFirst(problem)) return matrix;
  const byTaps = matrix.reshape([matrix.shape[0], g.KH, g.KW, g.C]);
  return byTaps.transpose([0, 3, 1, 2]).reshape(matrix.shape);
}

/** Whether the filter's input channels come before its taps. */
export function hasChannelsFirst({ filterLayout }: Convolution): boolean {
  return filterLayout === "oihw" || filterLayout === "ihwo";
}

/** Layouts of a case's operands, the precision of its kernel, and its algorithm. */
export interface VectorOptions {
  readonly layout?: Layout | undefined;
  /** Default: "oihw" if `layout` is nchw, else the operation's default. */
  readonly filterLayout?: FilterLayout | undefined;
  readonly precision?: Precision | undefined;
  /** Algorithm of the kernel: "direct" (default), "winograd2", "winograd4". */
  readonly algorithm?: ConvAlgorithm | undefined;
}

/**
 * Returns vectors of a case with seeded operands: the same numbers in every layout.
 *
 * @throws ShapeError if the sizes do not fit together
 *
 * @example
 * const [wanted] = convCases();
 * const { oracle } = seededVectors(wanted, 1, "normal");
 */
export function seededVectors(
  wanted: ConvCase,
  seed: number,
  draw: Draw,
  vectorOptions: VectorOptions = {},
): ConvVectors {
  checkRecord("seededVectors", "options", vectorOptions);
  oneOf("seededVectors", "layout", vectorOptions.layout ?? "nhwc", LAYOUTS);
  return vectorsInLayout(wanted, convOperandsFor(wanted, seed, draw), vectorOptions);
}

/** Converts operands in nhwc and the operation's default filter layout to vectors in the requested layouts. */
export function vectorsInLayout(
  wanted: Pick<ConvCase, "name" | "op">,
  { input, filter, options }: ConvOperandValues,
  vectorOptions: VectorOptions,
): ConvVectors {
  const { layout = "nhwc" } = vectorOptions;
  const filterLayout = vectorOptions.filterLayout ?? (layout === "nchw" ? "oihw" : undefined);
  return convVectors(wanted, {
    input: input.transpose(layoutPermutation("nhwc", layout)).contiguous(),
    filter: filterLayout === undefined ? filter : laidOut(wanted, filter, filterLayout),
    options: { ...options, ...vectorOptions },
  });
}

/** Returns the filter of a case in another layout. */
function laidOut({ op }: Pick<ConvCase, "op">, filter: Tensor, layout: FilterLayout): Tensor {
  const moved = filter.transpose(filterPermutation(op, layout)).contiguous();
  return moved.reshape(filterShape(op, layout, moved.shape));
}

/** The permutation of a filter's axes from the operation's default layout to another one. */
export function filterPermutation(op: ConvKind, layout: FilterLayout): readonly number[] {
  if (op === "pointwiseConv2d") return layoutPermutation("io", layout.replace(/[hw]/g, ""));
  if (op === "conv2d") return layoutPermutation("hwio", layout);
  return layout === "hwim" ? [0, 1, 2, 3] : [2, 3, 0, 1];
}

/** The shape of a filter after that permutation: "oihw" merges the channels and multiples of a depthwise one. */
export function filterShape(op: ConvKind, layout: FilterLayout, permuted: Shape): Shape {
  if (op !== "depthwiseConv2d" || layout === "hwim") return permuted;
  const [C, M, KH, KW] = permuted;
  return [C * M, 1, KH, KW];
}
