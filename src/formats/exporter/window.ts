/** @file The window of a convolution or pool in terms of TensorFlow's padding rules, for exporters. */
import type { WindowGeometry } from "../../geometry/window.ts";

/** Rows before and after an image that its windows reach, and columns; padding beyond them has no effect. */
export function reached(g: WindowGeometry): readonly [top: number, bottom: number, left: number, right: number] {
  const after = (outputs: number, stride: number, taps: number, dilation: number, extent: number, before: number) =>
    Math.max(0, (outputs - 1) * stride + (taps - 1) * dilation + 1 - extent - before);
  return [
    g.padTop,
    after(g.OH, g.strideH, g.KH, g.dilationH, g.H, g.padTop),
    g.padLeft,
    after(g.OW, g.strideW, g.KW, g.dilationW, g.W, g.padLeft),
  ];
}

/** Whether windows reach nothing outside the image. */
export function isValid(g: WindowGeometry): boolean {
  return reached(g).every((rows) => rows === 0);
}

/** Whether that is the padding of TensorFlow's SAME rule, with the odd row at the end. */
export function isSame(g: WindowGeometry): boolean {
  const [top, bottom, left, right] = reached(g);
  const isEven = (before: number, after: number): boolean => after - before === 0 || after - before === 1;
  const isSize = g.OH === Math.ceil(g.H / g.strideH) && g.OW === Math.ceil(g.W / g.strideW);
  return isSize && isEven(top, bottom) && isEven(left, right);
}
