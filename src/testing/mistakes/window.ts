/** @file Windows at the wrong position, and borders that are not zero. */
import type { Conv2dGeometry } from "../../geometry/conv2d.ts";
import type { Layout } from "../../tensor/layout.ts";
import { type Kernel, type Mistake, mistake } from "./kernel.ts";

/** A mistake in the geometry, in one or more variants. */
const misplaced = (name: string, ...changes: ((g: Conv2dGeometry) => Partial<Conv2dGeometry>)[]): Mistake =>
  mistake(name, (_, { g }) => changes.map((change) => ({ g: { ...g, ...change(g) } })));

const bordered = (name: string, ...borders: Kernel["border"][]): Mistake =>
  mistake(name, () => borders.map((border) => ({ border })));

/** Formulas that people use for the leading padding that keeps an image's size: `taps` taps, `dilation` apart. */
const HALVES: readonly ((taps: number, dilation: number) => number)[] = [
  (taps, dilation) => Math.floor((dilation * (taps - 1)) / 2),
  (taps, dilation) => dilation * Math.floor((taps - 1) / 2),
  (taps, dilation) => dilation * Math.floor(taps / 2),
  (taps) => Math.floor((taps - 1) / 2),
  (taps) => Math.floor(taps / 2),
];
const within = (index: number, extent: number): number => ((index % extent) + extent) % extent;

/** Reads memory beyond the edge: the neighbouring row, channel or image, or NaN outside the array. */
function unchecked({ N, H, W, C }: Conv2dGeometry, layout: Layout): Kernel["input"] {
  const size = N * H * W * C;
  return (n, h, w, c) => {
    const offset = layout === "nhwc" ? ((n * H + h) * W + w) * C + c : ((n * C + c) * H + h) * W + w;
    if (offset < 0 || offset >= size) return Number.NaN;
    if (layout === "nhwc") return offset;
    const plane = Math.floor(offset / (H * W));
    return (Math.floor(plane / C) * H * W + (offset % (H * W))) * C + (plane % C);
  };
}

export const WINDOW_MISTAKES: readonly Mistake[] = [
  misplaced("strides ignored", () => ({ strideH: 1, strideW: 1 })),
  misplaced("strides swapped: [w, h] for [h, w]", ({ strideH, strideW }) => ({ strideH: strideW, strideW: strideH })),
  misplaced(
    "one stride for rows and columns",
    ({ strideH }) => ({ strideW: strideH }),
    ({ strideW }) => ({ strideH: strideW }),
  ),
  misplaced("dilations ignored", () => ({ dilationH: 1, dilationW: 1 })),
  misplaced("dilations swapped: [w, h] for [h, w]", ({ dilationH, dilationW }) => {
    return { dilationH: dilationW, dilationW: dilationH };
  }),
  misplaced(
    "one dilation for rows and columns",
    ({ dilationH }) => ({ dilationW: dilationH }),
    ({ dilationW }) => ({ dilationH: dilationW }),
  ),
  misplaced(
    "one size for kernel rows and columns",
    ({ KH }) => ({ KW: KH }),
    ({ KW }) => ({ KH: KW }),
  ),
  misplaced(
    "no padding before the image",
    () => ({ padTop: 0, padLeft: 0 }),
    () => ({ padTop: 0 }),
    () => ({ padLeft: 0 }),
  ),
  misplaced("odd row or column of padding at the other end", ({ padTop, padBottom, padLeft, padRight }) => {
    return { padTop: padBottom, padBottom: padTop, padLeft: padRight, padRight: padLeft };
  }),
  misplaced(
    "symmetric padding",
    ...HALVES.map((half) => ({ KH, KW, dilationH, dilationW }: Conv2dGeometry) => {
      return { padTop: half(KH, dilationH), padLeft: half(KW, dilationW) };
    }),
    ({ padTop, padBottom, padLeft, padRight }) => {
      return { padTop: Math.floor((padTop + padBottom) / 2), padLeft: Math.floor((padLeft + padRight) / 2) };
    },
    ({ padTop, padBottom, padLeft, padRight }) => {
      return { padTop: Math.ceil((padTop + padBottom) / 2), padLeft: Math.ceil((padLeft + padRight) / 2) };
    },
  ),
  misplaced(
    "order of the padding mixed up",
    ({ padTop, padLeft }) => ({ padTop: padLeft, padLeft: padTop }),
    ({ padBottom }) => ({ padLeft: padBottom }),
    ({ padLeft, padRight }) => ({ padTop: padLeft, padLeft: padRight }),
    ({ padLeft, padTop, padRight }) => ({ padTop: padLeft, padBottom: padRight, padLeft: padTop }),
    ({ padTop }) => ({ padLeft: padTop }),
  ),
  misplaced(
    "window shifted by one",
    ({ padTop, padLeft }) => ({ padTop: padTop + 1, padLeft: padLeft + 1 }),
    ({ padTop, padLeft }) => ({ padTop: padTop - 1, padLeft: padLeft - 1 }),
    ({ padTop }) => ({ padTop: padTop + 1 }),
    ({ padTop }) => ({ padTop: padTop - 1 }),
    ({ padLeft }) => ({ padLeft: padLeft + 1 }),
    ({ padLeft }) => ({ padLeft: padLeft - 1 }),
  ),
  bordered("border replicated", (index, extent) => Math.min(Math.max(index, 0), extent - 1)),
  bordered(
    "border mirrored",
    (index, extent) => {
      if (extent === 1) return 0;
      const around = within(index, 2 * (extent - 1)); // 2 1 | 0 1 2: the edge once
      return around < extent ? around : 2 * (extent - 1) - around;
    },
    (index, extent) => {
      const around = within(index, 2 * extent); // 1 0 | 0 1 2: the edge twice
      return around < extent ? around : 2 * extent - 1 - around;
    },
  ),
  bordered("border wrapped around", within),
  mistake("borders not checked", (right, { g, layout }) => {
    const input = unchecked(g, layout);
    return [
      { input, border: (index) => index },
      { input, border: (index, extent, axis) => (axis === "w" ? index : right.border(index, extent, axis)) },
    ];
  }),
];
