/**
 * @file The geometry of a transposed convolution: that of the convolution it reverses. It writes what that convolution
 * would read, [H, W, C], and reads what that would write, [OH, OW, O].
 *
 *   H = (OH - 1) · strideH + reach - padTop - padBottom + outputPadding,   reach = dilationH · (KH - 1) + 1
 *
 * With "same" padding H = OH · strideH. The filter is [KH, KW, C / G, O]: outputs before inputs.
 */
import { ShapeError } from "../tensor/errors.ts";
import { formatShape, type Shape } from "../tensor/shape.ts";
import { type Conv2dGeometry, conv2dGeometry } from "./conv2d.ts";
import { checkPair, type Padding, type Pair, paddingOf, reach } from "./padding.ts";

/** Options that decide where taps fall. */
export interface ConvTranspose2dGeometryOptions {
  /** Distance in the output between the pixels that neighbouring input pixels write to, n or [h, w]. Default 1. */
  readonly strides?: Pair | undefined;
  /** Rows and columns cut off the output; "same" makes it the input times the strides. Default "valid". */
  readonly padding?: Padding | undefined;
  /** Extra rows and columns at the end, fewer than the stride, n or [h, w]. Default 0. */
  readonly outputPadding?: Pair | undefined;
  /** Distance between neighbouring taps, n or [h, w]. Default 1. */
  readonly dilations?: Pair | undefined;
  /** Default 1. */
  readonly groups?: number | undefined;
}

export const CONV_TRANSPOSE_OPTIONS: readonly string[] = ["strides", "padding", "outputPadding", "dilations", "groups"];

/**
 * @param input  [n, h, w, c]
 * @param filter [kh, kw, o / groups, c]
 * @throws ShapeError if the shapes do not fit, or the output would be empty
 */
export function convTranspose2dGeometry(
  op: string,
  input: Shape,
  filter: Shape,
  options: ConvTranspose2dGeometryOptions,
): Conv2dGeometry {
  const { groups = 1, padding = "valid" } = options;
  const [N, OH, OW] = input;
  const [KH, KW, perGroup] = filter;
  const strides = checkPair(op, "strides", options.strides ?? 1, 1);
  const dilations = checkPair(op, "dilations", options.dilations ?? 1, 1);
  const more = checkPair(op, "outputPadding", options.outputPadding ?? 0, 0);
  const axes = [
    [OH * strides[0], KH, strides[0], dilations[0]],
    [OW * strides[1], KW, strides[1], dilations[1]],
  ] as const;
  const pads = paddingOf(op, padding, ...axes);
  const size = (i: 0 | 1): number => {
    const [, taps, stride, dilation] = axes[i];
    return ([OH, OW][i] - 1) * stride + reach(taps, dilation) - pads[2 * i] - pads[2 * i + 1] + more[i];
  };
  const shape = [N, size(0), size(1), perGroup * groups];
  if (shape[1] < 1 || shape[2] < 1) {
    throw new ShapeError(`${op}: padding leaves ${shape[1]}×${shape[2]} pixels, needs at least one`);
  }
  const geometry = conv2dGeometry(shape, filter, { strides, dilations, groups, padding: pads });
  if (geometry.OH !== OH || geometry.OW !== OW || geometry.KH !== KH || geometry.KW !== KW) {
    throw new ShapeError(
      `${op}: outputPadding is ${formatShape(more)}, needs less than the strides ${formatShape(strides)}`,
    );
  }
  return geometry;
}

/** The rows and columns at the end that the formula leaves over without `outputPadding`. */
export function outputPaddingOf(g: Conv2dGeometry): readonly [rows: number, columns: number] {
  return [
    g.H - ((g.OH - 1) * g.strideH + reach(g.KH, g.dilationH) - g.padTop - g.padBottom),
    g.W - ((g.OW - 1) * g.strideW + reach(g.KW, g.dilationW) - g.padLeft - g.padRight),
  ];
}
