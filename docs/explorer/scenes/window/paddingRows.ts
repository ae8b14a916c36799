/**
 * @file Where the windows of a row lie under two rules that are both called "same". Shown where they differ: with
 * stride 2, TensorFlow pads only after the last pixel, and PyTorch on both sides.
 */
import { type Drawing, path, words } from "../../figure/drawing.ts";
import type { View } from "../../figure/figure.ts";
import { cell, PLAIN_CELL, pixelLook } from "../../figure/shapes.ts";
import { SIDE } from "../photo.ts";
import type { PaddingName } from "../state.ts";
import { geometryOf, KERNEL } from "./slide.ts";

/** Pixels shown at the start of a row, and at its end. */
const [FRONT, BACK] = [4, 3];

/** Whether both rules place their windows alike. */
export function rulesAgree(stride: number): boolean {
  const [one, other] = [geometryOf(stride, "tensorflow"), geometryOf(stride, "pytorch")];
  return one.padLeft === other.padLeft && one.OW === other.OW;
}

/** Whether there is something to compare, and space for it. */
export function isOpened({ state, height }: View, isWide: boolean): boolean {
  return isWide && height > 480 && state.stride === 2 && state.padding !== "valid";
}

export function paddingRows(
  view: View,
  own: { readonly isWide: boolean; readonly outputLeft: number; readonly top: number; readonly pixel: number },
): Drawing {
  const { state, width, caption } = view;
  const { isWide, outputLeft, top, pixel } = own;
  if (!isOpened(view, isWide)) return [];
  const y = top + geometryOf(state.stride, state.padding).OH * pixel + caption * 1.5;
  const side = Math.min(26, (width - outputLeft) / (FRONT + BACK + 3.4));
  return (["tensorflow", "pytorch"] as const).map((rule, i) =>
    row(view, rule, outputLeft, y + i * (side + caption * 3.6), side, rule === state.padding),
  );
}

/** The row's first pixels and its last ones with their padding, and the first and the last window above them. */
function row(
  { caption, text, state }: View,
  rule: PaddingName,
  x: number,
  y: number,
  side: number,
  isChosen: boolean,
): Drawing {
  const g = geometryOf(state.stride, rule);
  const columns = [
    ...Array.from({ length: FRONT + g.padLeft }, (_, i) => i - g.padLeft),
    null,
    ...Array.from({ length: BACK + g.padRight }, (_, i) => SIDE - BACK + i),
  ];
  const leftOf = (column: number): number => x + columns.indexOf(column) * side;
  const windows = [-g.padLeft, (g.OW - 1) * g.strideW - g.padLeft].filter((start) => columns.includes(start));
  const cells = y + caption * 1.5;
  return [
    words(`${rule}-title`, x, y, text.window.rule(text.window.paddings[rule], g.padLeft, g.padRight), {
      size: caption,
      bold: isChosen,
      fill: isChosen ? "var(--ink)" : "var(--soft)",
    }),
    columns.map((column, i): Drawing => {
      const left = x + i * side;
      if (column === null)
        return [words(`${rule}-gap`, left + side / 2, cells + side / 2, "…", { size: caption, anchor: "middle" })];
      const isPadding = column < 0 || column >= SIDE;
      const look = isPadding ? { ...PLAIN_CELL, line: "var(--ink)", style: "stroke-dasharray:3 3;" } : pixelLook(0.72);
      return cell(`${rule}${i}`, left, cells, side, isPadding ? "0" : "", { ...look, size: 14 });
    }),
    windows.map((start, i) =>
      path(
        `${rule}-window${i}`,
        `M${leftOf(start) + 1} ${cells + side + 8}v-4h${KERNEL * side - 2}v4`,
        "fill:none;stroke:var(--ink);stroke-width:2.4",
      ),
    ),
  ];
}
