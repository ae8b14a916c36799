/**
 * @file Padding: from a rule to four numbers.
 *
 * Libraries disagree on which pixels "same" means. Here the rule becomes an explicit [top, bottom, left, right] once.
 */
import { checkRecord, oneOf, ShapeError, show } from "../tensor/errors.ts";
import { checkInteger } from "../tensor/shape.ts";

/** Two numbers for rows and columns, or one for both. */
export type Pair = number | readonly [h: number, w: number];

/** Rows and columns of zeros around the image, in the order of the W3C WebNN API. */
export type Padding4 = readonly [top: number, bottom: number, left: number, right: number];

/**
 * How much is added around an image. `"valid"`: nothing. `"same"`: enough rows and columns for ⌈extent / stride⌉
 * outputs, an odd one at the end (TensorFlow, ONNX SAME_UPPER). `"same-lower"`: an odd one at the start. `n`: n on all
 * four sides (PyTorch). `[h, w]`: h above and below, w left and right. `[top, bottom, left, right]`: as given.
 */
export type Padding = "valid" | "same" | "same-lower" | number | readonly [h: number, w: number] | Padding4;

/** @throws ShapeError unless `value` is an integer of at least `min`, or two of them. */
export function checkPair(op: string, name: string, value: unknown, min: 0 | 1): readonly [number, number] {
  if (typeof value === "number") {
    const both = checkInteger(op, name, value, min);
    return [both, both];
  }
  if (!Array.isArray(value) || value.length !== 2) {
    throw new ShapeError(`${op}: ${name} is ${show(value)}, needs a number or [h, w]`);
  }
  return [checkInteger(op, `${name}[0]`, value[0], min), checkInteger(op, `${name}[1]`, value[1], min)];
}

/** Pixels from the first to the last tap of a window, inclusive: dilation · (taps - 1) + 1. */
export function reach(taps: number, dilation: number): number {
  return dilation * (taps - 1) + 1;
}

/**
 * Resolves a padding rule to four numbers.
 *
 *   same:  total = max((⌈H / stride⌉ - 1) · stride + reach - H, 0),  ⌊total / 2⌋ at one end, the rest at the other
 *
 * @param padding the rule
 * @param input   [H, W] of the image
 * @param window  [KH, KW], the taps of the kernel
 * @param options strides and dilations, default 1
 * @throws ShapeError for an unknown word, or a negative or fractional number
 *
 * @example
 * // The same image as TensorFlow and as PyTorch pad it.
 * resolvePadding("same", [224, 224], [3, 3], { strides: 2 }); // [0, 1, 0, 1]
 * resolvePadding(1, [224, 224], [3, 3], { strides: 2 });      // [1, 1, 1, 1]
 */
export function resolvePadding(
  padding: Padding,
  input: readonly [H: number, W: number],
  window: readonly [KH: number, KW: number],
  options: { readonly strides?: Pair; readonly dilations?: Pair } = {},
): Padding4 {
  const op = "resolvePadding";
  checkRecord(op, "options", options);
  const [H, W] = checkPair(op, "input", input, 1);
  const [KH, KW] = checkPair(op, "window", window, 1);
  const [strideH, strideW] = checkPair(op, "strides", options.strides ?? 1, 1);
  const [dilationH, dilationW] = checkPair(op, "dilations", options.dilations ?? 1, 1);
  return paddingOf(op, padding, [H, KH, strideH, dilationH], [W, KW, strideW, dilationW]);
}

/** One axis of a window: extent of the image, taps, stride, dilation; all checked. */
export type Axis = readonly [extent: number, taps: number, stride: number, dilation: number];

/** {@link resolvePadding} for validated axes; the padding is checked here. */
export function paddingOf(op: string, padding: unknown, rows: Axis, columns: Axis): Padding4 {
  if (typeof padding === "string") {
    const rule = oneOf(op, "padding", padding, ["valid", "same", "same-lower"]);
    if (rule === "valid") return [0, 0, 0, 0];
    const split = ([extent, taps, stride, dilation]: Axis): [number, number] => {
      const total = Math.max((Math.ceil(extent / stride) - 1) * stride + reach(taps, dilation) - extent, 0);
      const less = Math.floor(total / 2);
      return rule === "same" ? [less, total - less] : [total - less, less];
    };
    return [...split(rows), ...split(columns)];
  }
  if (Array.isArray(padding) && padding.length === 4) {
    const [top, bottom, left, right] = padding.map((n, side) => checkInteger(op, `padding[${side}]`, n, 0));
    return [top, bottom, left, right];
  }
  if (typeof padding !== "number" && !(Array.isArray(padding) && padding.length === 2)) {
    const forms = `"valid", "same", "same-lower", n, [h, w] or [top, bottom, left, right]`;
    throw new ShapeError(`${op}: padding is ${show(padding)}, needs ${forms}`);
  }
  const [h, w] = checkPair(op, "padding", padding, 0);
  return [h, h, w, w];
}
