/** @file A window that slides over a picture: what convolution and pooling have in common. */
import { ShapeError } from "../tensor/errors.ts";
import { type Axis, checkPair, type Padding, type Pair, paddingOf, reach } from "./padding.ts";

/** Extents and steps of a sliding window, in elements. A capital is an extent; its lower case runs over it. */
export interface WindowGeometry {
  readonly H: number; // input rows
  readonly W: number; // input columns
  readonly KH: number; // taps down
  readonly KW: number; // taps across
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

export interface WindowOptions {
  readonly strides?: Pair | undefined;
  readonly dilations?: Pair | undefined;
  readonly padding?: Padding | undefined;
  /** What becomes of a last, partial window. Default "floor": it is dropped. */
  readonly rounding?: "floor" | "ceil" | undefined;
}

/**
 * Works out where the windows lie:
 *
 *   OH = ⌊(H + top + bottom - reach) / strideH⌋ + 1,   reach = dilationH · (KH - 1) + 1      (OW likewise)
 *
 * With `rounding: "ceil"` ⌈ ⌉ stands for ⌊ ⌋, unless the window won by it would begin in the padding behind the picture
 * (PyTorch, ONNX).
 *
 * @param where what to add to a message: the shapes as the user wrote them
 * @throws ShapeError if a step is wrong or the window reaches over more than the padded picture
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

  const count = (name: string, [extent, taps, stride, dilation]: Axis, before: number, after: number): number => {
    const free = extent + before + after - reach(taps, dilation);
    if (free < 0) {
      throw new ShapeError(
        `${op}: kernel reaches over ${reach(taps, dilation)} ${name}, the padded input has ${extent + before + after} ${where}`,
      );
    }
    const windows = Math.floor(free / stride) + 1;
    const isOneMore = options.rounding === "ceil" && free % stride > 0 && windows * stride < extent + before;
    return isOneMore ? windows + 1 : windows;
  };
  const OH = count("rows", rows, padTop, padBottom);
  const OW = count("columns", columns, padLeft, padRight);
  return { H, W, KH, KW, OH, OW, strideH, strideW, dilationH, dilationW, padTop, padBottom, padLeft, padRight };
}
