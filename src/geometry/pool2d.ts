/** @file The geometry of one 2-D pooling: every extent and step, checked once. */
import { oneOf, ShapeError } from "../tensor/errors.ts";
import { LAYOUTS, type Layout, permuteShape } from "../tensor/layout.ts";
import { checkRank, checkShape, formatShape, type Shape } from "../tensor/shape.ts";
import { checkPair, type Pair } from "./padding.ts";
import { checkPadded, outputShape, type WindowGeometry, type WindowOptions, windowGeometry } from "./window.ts";

/** Extents of a pooling, in elements. O equals C: every channel is pooled separately. */
export interface Pool2dGeometry extends WindowGeometry {
  readonly N: number; // images
  readonly C: number; // input channels
  readonly O: number; // output channels, the same
}

/** Options that determine the extents of a pooling. */
export interface Pool2dGeometryOptions extends WindowOptions {
  /** Taps of the window, n or [h, w]. Default: the whole image. It may exceed the padded image only with "ceil". */
  readonly windowDimensions?: Pair | undefined;
  /** Default "nhwc". */
  readonly layout?: Layout | undefined;
}

/**
 * Checks a pooling and computes its extents.
 *
 * @param input shape of the input, [n, h, w, c] or as `layout` says
 * @throws ShapeError naming the wrong extent and its required value
 */
export function pool2dGeometry(op: string, input: Shape, options: Pool2dGeometryOptions = {}): Pool2dGeometry {
  checkRank(op, "input", input, [4]);
  const layout = oneOf(op, "layout", options.layout ?? "nhwc", LAYOUTS);
  checkShape(op, "input", input, 1);
  oneOf(op, "rounding", options.rounding ?? "floor", ["floor", "ceil"]);
  const [N, H, W, C] = permuteShape(input, layout, "nhwc");
  const [KH, KW] = checkPair(op, "windowDimensions", options.windowDimensions ?? [H, W], 1);
  const window = windowGeometry(
    op,
    [H, W],
    [KH, KW],
    options,
    `(input ${formatShape(input)} ${layout}, window ${KH}×${KW})`,
  );
  const geometry = { N, C, O: C, ...window };
  checkShape(op, "output", outputShape(geometry, layout), 1);
  checkPadded(op, C, window);
  return geometry;
}

/**
 * Counts the taps of an average. The divisor is a product: counted taps along the window's rows times those along its
 * columns.
 *
 * @param countIncludePad whether taps on the padding count too; taps beyond the padding never do
 * @returns the number of counted taps for each row and each column of the output
 */
export function countedTaps(
  g: Pool2dGeometry,
  countIncludePad: boolean,
): { readonly rows: readonly number[]; readonly columns: readonly number[] } {
  const along = (outputs: number, stride: number, before: number, taps: number, dilation: number, end: number) =>
    Array.from({ length: outputs }, (_, o) => {
      const indices = Array.from({ length: taps }, (_, k) => o * stride + k * dilation - before);
      return indices.filter((i) => (countIncludePad || i >= 0) && i < end).length;
    });
  const [padRows, padColumns] = countIncludePad ? [g.padBottom, g.padRight] : [0, 0];
  return {
    rows: along(g.OH, g.strideH, g.padTop, g.KH, g.dilationH, g.H + padRows),
    columns: along(g.OW, g.strideW, g.padLeft, g.KW, g.dilationW, g.W + padColumns),
  };
}

/** @throws ShapeError if a window covers no pixel: no integer is its mean or maximum */
export function checkFullWindows(op: string, g: Pool2dGeometry): void {
  const { H, W, OH, OW, KH, KW, strideH, strideW, dilationH, dilationW, padTop, padLeft } = g;
  const isEmpty = (o: number, extent: number, k: number, stride: number, dilation: number, before: number): boolean =>
    Array.from({ length: k }, (_, tap) => o * stride + tap * dilation - before).every((i) => i < 0 || i >= extent);
  for (let oh = 0; oh < OH; oh++) {
    if (isEmpty(oh, H, KH, strideH, dilationH, padTop)) throw new ShapeError(`${op}: window row ${oh} has no pixels`);
  }
  for (let ow = 0; ow < OW; ow++) {
    if (isEmpty(ow, W, KW, strideW, dilationW, padLeft))
      throw new ShapeError(`${op}: window column ${ow} has no pixels`);
  }
}
