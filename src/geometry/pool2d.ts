/** @file The geometry of one 2-D pooling: every extent and step, checked once. */
import { oneOf } from "../tensor/errors.ts";
import { LAYOUTS, type Layout, permuteShape } from "../tensor/layout.ts";
import { checkShape, formatShape, type Shape } from "../tensor/shape.ts";
import { checkPadded, checkRank, outputShape } from "./conv2d.ts";
import { checkPair, type Pair } from "./padding.ts";
import { type WindowGeometry, type WindowOptions, windowGeometry } from "./window.ts";

/** Extents of a pooling, in elements. O equals C: every channel is pooled by itself. */
export interface Pool2dGeometry extends WindowGeometry {
  readonly N: number; // images
  readonly C: number; // input channels
  readonly O: number; // output channels, the same
}

export interface Pool2dGeometryOptions extends WindowOptions {
  /** Taps of the window, [h, w]. Default: the whole picture. */
  readonly windowDimensions?: Pair | undefined;
  /** Default "nhwc". */
  readonly layout?: Layout | undefined;
}

/**
 * Checks a pooling and works out its extents.
 *
 * @param input shape of the input, [n, h, w, c] or as `layout` says
 * @throws ShapeError naming the extent that is wrong and what it needs
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
