/** @file Formats geometries, windows and numbers. */
import type { Conv2dGeometry, ConvKind } from "../geometry/conv2d.ts";
import { type Layout, permuteShape } from "../tensor/layout.ts";
import { formatShape, type Shape } from "../tensor/shape.ts";

/** `(input 1×5×5×2 nhwc, kernel 3×3, output 1×3×3×4, strides 2×2, padding 1, 1, 1, 1)`; defaults are left out. */
export function describeGeometry(
  g: Conv2dGeometry,
  op: ConvKind,
  layout: Layout,
  output: Shape,
  filter: Shape,
): string {
  const { N, H, W, C, G, KH, KW, padTop, padBottom, padLeft, padRight } = g;
  const input = permuteShape([N, H, W, C], "nhwc", layout);
  const pads = [padTop, padBottom, padLeft, padRight];
  return `(${[
    `input ${formatShape(input)} ${layout}`,
    op === "conv2d" ? `filter ${formatShape(filter)} hwio` : `kernel ${KH}×${KW}`,
    `output ${formatShape(output)}`,
    ...(g.strideH === 1 && g.strideW === 1 ? [] : [`strides ${g.strideH}×${g.strideW}`]),
    ...(g.dilationH === 1 && g.dilationW === 1 ? [] : [`dilations ${g.dilationH}×${g.dilationW}`]),
    ...(pads.every((pad) => pad === 0) ? [] : [`padding ${pads.join(", ")}`]),
    ...(op === "conv2d" && G > 1 ? [`groups ${G}`] : []),
  ].join(", ")})`;
}

/** Positions of the taps along one axis: `3, 5, 7 (7 is padding)`. */
export function rangeOf(first: number, taps: number, dilation: number, extent: number): string {
  const positions = Array.from({ length: taps }, (_, k) => first + k * dilation);
  const outside = positions.filter((position) => position < 0 || position >= extent);
  if (outside.length === 0) return positions.join(", ");
  if (outside.length === positions.length) return `${positions.join(", ")} (all padding)`;
  return `${positions.join(", ")} (${outside.join(", ")} ${outside.length === 1 ? "is" : "are"} padding)`;
}

/** Formats with nine digits, enough to tell any two float32 apart. */
export function formatNumber(value: number): string {
  return String(Number(value.toPrecision(9)));
}
