/** @file The outputs of an oracle: the limit on their multiply-accumulates, and their order. */
import { type Conv2dGeometry, type ConvKind, conv2dMacs } from "../geometry/conv2d.ts";
import { ShapeError } from "../tensor/errors.ts";
import type { Layout } from "../tensor/layout.ts";

/** Multiply-accumulates that take an oracle about ten seconds. */
const MAX_MACS = 2 ** 30;

/** @throws ShapeError for a convolution that would take an oracle too long */
export function checkSize(oracle: string, op: ConvKind, g: Conv2dGeometry): void {
  const macs = conv2dMacs(g);
  if (macs <= MAX_MACS) return;
  throw new ShapeError(`${oracle}: ${op} has ${macs} multiply-accumulates, needs at most ${MAX_MACS}`);
}

/** For each number of the output in the user's layout, its index in [N, OH, OW, O]. */
export function nhwcIndices({ N, OH, OW, O }: Conv2dGeometry, layout: Layout): Int32Array {
  const indices = new Int32Array(N * OH * OW * O).map((_, i) => i);
  if (layout === "nhwc") return indices;
  const pixels = OH * OW;
  return indices.map((i) => {
    const pixel = i % pixels;
    const o = Math.floor(i / pixels) % O;
    const n = Math.floor(i / (pixels * O));
    return (n * pixels + pixel) * O + o;
  });
}
