/** @file Sliding windows: what convolution and pooling have in common. */
import { ShapeError } from "../tensor/errors.ts";
import { type Layout, permuteShape } from "../tensor/layout.ts";
import { checkShape, type Shape } from "../tensor/shape.ts";
import { type Axis, checkPair, type Padding, type Pair, paddingOf, reach } from "./padding.ts";

/** Extents and steps of a sliding window, in elements. A capital is an extent; its lower case the index. */
export interface WindowGeometry {
  readonly H: number; // input rows
  readonly W: number; // input columns
  readonly KH: number; // taps down that can fall on the padded image
  readonly KW: number; // taps across, likewise
  readonly OH: number; // output rows
  readonly OW: number; // output columns
  readonly strideH: number;
  readonly strideW: number;
  readonly dilationH: number;
  readonly dilationW: number;
  readonly padTop: number;
  readonly padBottom: number;
  readonly padLeft: number;
  readonly padRight: number;
}

/** Options that determine the positions of windows. */
export interface WindowOptions {
  readonly strides?: Pair | undefined;
  readonly dilations?: Pair | undefined;
  readonly padding?: Padding | undefined;
  /** Whether a last, partial window is dropped or kept. Default "floor": dropped. */
  readonly rounding?: "floor" | "ceil" | undefined;
}

/**
 * Computes the positions of the windows:
 *
 *   OH = ⌊(H + top + bottom - reach) / strideH⌋ + 1,   reach = dilationH · (KH - 1) + 1      (OW likewise)
 *
 * `rounding: "ceil"` rounds up instead, unless the extra window would start in the padding after the image (PyTorch,
 * ONNX). So a window may be larger than the padded image; taps that never fall on it are left out of KH and KW.
 *
 * @param where text to add to messages: the shapes as the user wrote them
 * @throws ShapeError if a step is invalid or no window fits: with "floor" if it is larger than the padded image, with
 *   "ceil" if it is larger by a stride or more
 */
export function windowGeometry(
  op: string,
  [H, W]: readonly [number, number],
  [KH, KW]: readonly [number, number],
  options: WindowOptions,
  where: string,
): WindowGeometry {
  const [strideH, strideW] = checkPair(op, "strides", options.strides ?? 1, 1);
  const [dilationH, dilationW] = checkPair(op, "dilations", options.dilations ?? 1, 1);
  const rows: Axis = [H, KH, strideH, dilationH];
  const columns: Axis = [W, KW, strideW, dilationW];
  const [padTop, padBottom, padLeft, padRight] = paddingOf(op, options.padding ?? "valid", rows, columns);

  /** Windows along an axis, and their taps. */
  const along = (name: string, [extent, taps, stride, dilation]: Axis, before: number, after: number) => {
    const padded = extent + before + after;
    const free = padded - reach(taps, dilation);
    const isCeil = options.rounding === "ceil";
    const whole = Math.floor(free / stride) + 1;
    const isOneMore = isCeil && free % stride !== 0 && whole * stride < extent + before;
    const windows = isOneMore ? whole + 1 : whole;
    if (windows < 1 || (free < 0 && !isCeil)) {
      const short = isCeil ? `, fewer by ${stride} (the stride) or more` : "";
      throw new ShapeError(
        `${op}: kernel reaches over ${reach(taps, dilation)} ${name}, the padded input has ${padded}${short} ${where}`,
      );
    }
    return [windows, Math.min(taps, Math.floor((padded - 1) / dilation) + 1)] as const;
  };
  const [OH, tapsDown] = along("rows", rows, padTop, padBottom);
  const [OW, tapsAcross] = along("columns", columns, padLeft, padRight);
  const extents = { H, W, KH: tapsDown, KW: tapsAcross, OH, OW };
  return { ...extents, strideH, strideW, dilationH, dilationW, padTop, padBottom, padLeft, padRight };
}

/** @throws ShapeError if one padded image, which a kernel may allocate, would exceed MAX_ELEMENTS. */
export function checkPadded(op: string, C: number, window: WindowGeometry): void {
  const { H, W, padTop, padBottom, padLeft, padRight } = window;
  checkShape(op, "padded image", [H + padTop + padBottom, W + padLeft + padRight, C], 1);
}

/**
 * Whether a pointwise convolution maps each pixel to one output pixel, so that it is a matrix product without copying.
 */
export function isPixelByPixel({ H, W, OH, OW, padTop, padLeft, strideH, strideW }: WindowGeometry): boolean {
  return OH === H && OW === W && padTop === 0 && padLeft === 0 && strideH === 1 && strideW === 1;
}

/** Shape of the output, [N, OH, OW, O] or as the layout says. */
export function outputShape(
  geometry: { N: number; OH: number; OW: number; O: number },
  layout: Layout = "nhwc",
): Shape {
  return permuteShape([geometry.N, geometry.OH, geometry.OW, geometry.O], "nhwc", layout);
}
