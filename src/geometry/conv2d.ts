/**
 * @file The geometry of one 2-D convolution: every extent and step, checked once.
 *
 * No other file computes the output size of a convolution or rejects its shapes. Kernels, operations, shape inference
 * and MAC counting all read the resulting record.
 */
import { checkRecord, oneOf, ShapeError, show } from "../tensor/errors.ts";
import {
  CONV_FILTER_LAYOUTS,
  DEPTHWISE_FILTER_LAYOUTS,
  type FilterLayout,
  LAYOUTS,
  type Layout,
  permuteShape,
} from "../tensor/layout.ts";
import { checkInteger, checkRank, checkShape, formatShape, type Shape } from "../tensor/shape.ts";
import { checkPadded, outputShape, type WindowGeometry, type WindowOptions, windowGeometry } from "./window.ts";

/** Extents of a convolution, in elements, whatever the layout. G = 1 is a standard one, G = C a depthwise one. */
export interface Conv2dGeometry extends WindowGeometry {
  readonly N: number; // images
  readonly C: number; // input channels
  readonly O: number; // output channels
  readonly G: number; // groups
}

/** The window and the layouts of the operands. */
export interface Conv2dGeometryOptions extends Omit<WindowOptions, "rounding"> {
  /** Independent channel groups. Default 1; a depthwise convolution has one per input channel. */
  readonly groups?: number | undefined;
  /** Default "nhwc". */
  readonly layout?: Layout | undefined;
  /** Default "hwio" ("hwim" for depthwise) for nhwc, "oihw" for nchw. */
  readonly filterLayout?: FilterLayout | undefined;
}

/** The three convolutions, which differ in how the filter's shape is read. */
export const CONV_KINDS = ["conv2d", "depthwiseConv2d", "pointwiseConv2d"] as const;
/** The name of a kind of convolution. */
export type ConvKind = (typeof CONV_KINDS)[number];

/** Returns the layouts of image and filter; the latter is "io" or "oi" for a pointwise filter of rank 2. */
export function convLayouts(op: ConvKind, filter: Shape, options: Conv2dGeometryOptions): [Layout, string] {
  const layout = oneOf(op, "layout", options.layout ?? "nhwc", LAYOUTS);
  if (op === "depthwiseConv2d") {
    const fallback = layout === "nhwc" ? "hwim" : "oihw";
    return [layout, oneOf(op, "filterLayout", options.filterLayout ?? fallback, DEPTHWISE_FILTER_LAYOUTS)];
  }
  const fallback = layout === "nhwc" ? "hwio" : "oihw";
  const filterLayout = oneOf(op, "filterLayout", options.filterLayout ?? fallback, CONV_FILTER_LAYOUTS);
  if (op === "pointwiseConv2d" && filter.length === 2) return [layout, filterLayout.replace(/[hw]/g, "")];
  return [layout, filterLayout];
}

/**
 * Checks a convolution and computes its extents.
 *
 * @param input  shape of the input, [n, h, w, c] or as `layout` says
 * @param filter shape of the filter, [kh, kw, c / groups, o] or as `filterLayout` says
 * @param op     how to read the filter, and the name in messages
 * @throws ShapeError naming the wrong extent, its required value, and both shapes
 *
 * @example
 * conv2dGeometry([1, 224, 224, 3], [3, 3, 3, 32], { strides: 2, padding: "same" }).OH; // 112
 */
export function conv2dGeometry(
  input: Shape,
  filter: Shape,
  options: Conv2dGeometryOptions = {},
  op: ConvKind = "conv2d",
): Conv2dGeometry {
  oneOf("conv2dGeometry", "op", op, CONV_KINDS);
  checkRecord(op, "options", options);
  checkRank(op, "input", input, [4]);
  checkRank(op, "filter", filter, op === "pointwiseConv2d" ? [2, 4] : [4]);
  const [layout, filterLayout] = convLayouts(op, filter, options);
  const where = `(input ${formatShape(input)} ${layout}, filter ${formatShape(filter)} ${filterLayout})`;
  checkShape(op, "input", input, 1);
  checkShape(op, "filter", filter, 1);

  const [N, H, W, C] = permuteShape(input, layout, "nhwc");
  const { KH, KW, I, O, G } = readFilter(op, filter, filterLayout, C, options, where);
  if (C % G !== 0)
    throw new ShapeError(`${op}: groups is ${G}, the input's ${C} channels do not divide by it ${where}`);
  if (O % G !== 0)
    throw new ShapeError(`${op}: groups is ${G}, the filter's ${O} outputs do not divide by it ${where}`);
  if (I !== C / G) {
    throw new ShapeError(`${op}: filter takes ${I} input channels per group, the input has ${C / G} ${where}`);
  }
  const window = windowGeometry(op, [H, W], [KH, KW], options, where);
  const geometry = { N, C, O, G, ...window };
  checkShape(op, "output", outputShape(geometry, layout), 1);
  checkPadded(op, C, window);
  if (conv2dMacs(geometry) > Number.MAX_SAFE_INTEGER) {
    throw new ShapeError(`${op}: ${conv2dMacs(geometry)} multiply-accumulates, needs at most 2^53 ${where}`);
  }
  return geometry;
}

/** The filter's extents and the groups that they imply. */
function readFilter(
  op: ConvKind,
  filter: Shape,
  filterLayout: string,
  C: number,
  options: Conv2dGeometryOptions,
  where: string,
): { KH: number; KW: number; I: number; O: number; G: number } {
  if (op === "depthwiseConv2d") {
    if (options.groups !== undefined && options.groups !== C) {
      throw new ShapeError(
        `${op}: groups is ${show(options.groups)}, needs the input's ${C} channels or none given ${where}`,
      );
    }
    if (filterLayout === "hwim") {
      const [KH, KW, channels, M] = filter;
      if (channels !== C) {
        throw new ShapeError(`${op}: filter has ${channels} channels, the input has ${C} ${where}`);
      }
      return { KH, KW, I: 1, O: C * M, G: C };
    }
    const [O, I, KH, KW] = filter;
    return { KH, KW, I, O, G: C };
  }
  const G = checkInteger(op, "groups", options.groups ?? 1, 1);
  if (filterLayout.length === 2) {
    const [I, O] = permuteShape(filter, filterLayout, "io");
    return { KH: 1, KW: 1, I, O, G };
  }
  const [KH, KW, I, O] = permuteShape(filter, filterLayout, "hwio");
  if (op === "pointwiseConv2d" && (KH !== 1 || KW !== 1)) {
    throw new ShapeError(`${op}: filter is ${KH}×${KW}, needs 1×1 ${where}`);
  }
  return { KH, KW, I, O, G };
}

/**
 * MACs of a convolution:
 *
 *   N · OH · OW · O · (C / G) · KH · KW
 */
export function conv2dMacs({ N, OH, OW, O, C, G, KH, KW }: Conv2dGeometry): number {
  return N * OH * OW * O * (C / G) * KH * KW;
}

/** Weights of a convolution, without bias: KH · KW · (C / G) · O */
export function conv2dWeights({ O, C, G, KH, KW }: Conv2dGeometry): number {
  return KH * KW * (C / G) * O;
}

/** Whether each channel is its own group: a depthwise convolution under any name. */
export function isDepthwise({ G, C }: Conv2dGeometry): boolean {
  return G > 1 && G === C;
}
