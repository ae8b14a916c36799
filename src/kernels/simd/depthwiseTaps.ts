/** @file Which taps of a depthwise convolution fall on which columns of the image: tables, no code. */
import type { Conv2dGeometry } from "../../geometry/conv2d.ts";
import { range } from "./loops.ts";

/** Output columns whose windows have the same taps on the image: kw from `first` up to `end`. */
export interface Segment {
  readonly column: number;
  readonly count: number;
  readonly first: number;
  readonly end: number;
}

export function segmentsOf({ W, KW, OW, strideW, dilationW, padLeft }: Conv2dGeometry): readonly Segment[] {
  const segments: Segment[] = [];
  for (let ow = 0; ow < OW; ow++) {
    const left = ow * strideW - padLeft;
    const first = Math.min(KW, Math.max(0, Math.ceil(-left / dilationW)));
    const end = Math.max(first, Math.min(KW, Math.ceil((W - left) / dilationW)));
    const last = segments[segments.length - 1];
    if (last?.first === first && last.end === end) segments[segments.length - 1] = { ...last, count: last.count + 1 };
    else segments.push({ column: ow, count: 1, first, end });
  }
  return segments;
}

/** Neighbouring pixels that are computed together. */
export const PIXELS = 3;

/** `steps` steps of `pixels` neighbouring output pixels, starting at output `at` of a segment. */
export interface Steps {
  readonly at: number;
  readonly pixels: number;
  readonly steps: number;
}

/** `count` pixels as steps of `max` pixels each, the last ones of fewer; 4 become 2 and 2, because 1 alone is slow. */
export function stepsFor(count: number, max: number): readonly Steps[] {
  const isOneLeft = max === PIXELS && count % PIXELS === 1 && count > 1;
  const steps = Math.floor(count / max) - (isOneLeft ? 1 : 0);
  const done = steps * max;
  const rest = count - done;
  const last = isOneLeft ? { at: done, pixels: 2, steps: 2 } : { at: done, pixels: rest, steps: 1 };
  return [...(steps > 0 ? [{ at: 0, pixels: max, steps }] : []), ...(rest > 0 ? [last] : [])];
}

/** A column of the image, counted from the first tap of the first pixel, and the products that it is part of. */
export interface Column {
  readonly column: number;
  readonly products: readonly { readonly pixel: number; readonly tap: number }[];
}

/** Columns under the windows of `pixels` neighbouring outputs, for a row of `taps` taps. */
export function columnsUnder(
  pixels: number,
  taps: number,
  { strideW, dilationW }: Pick<Conv2dGeometry, "strideW" | "dilationW">,
): readonly Column[] {
  const products = range(pixels, (pixel) => range(taps, (tap) => ({ pixel, tap }))).flat();
  const extent = (pixels - 1) * strideW + (taps - 1) * dilationW + 1;
  return range(extent, (column) => ({
    column,
    products: products.filter(({ pixel, tap }) => pixel * strideW + tap * dilationW === column),
  })).filter((column) => column.products.length > 0);
}
