/** @file Reductions over neighbouring axes, as pooling of a column: four elements of what follows them at a time. */
import type { Pool2dGeometry } from "../../geometry/pool2d.ts";
import type { Reduction } from "../../geometry/reduction.ts";
import { type Shape, sizeOf } from "../../tensor/shape.ts";
import type { EmittedKernel } from "../contract/kernels.ts";
import { averagePool2d, maxPool2d } from "./pool2d.ts";

/** @returns null for what is left to the naive tier: sums, minima, axes apart from one another, and last axes */
export function reduce(f: Reduction, shape: Shape, axes: readonly number[]): EmittedKernel | null {
  const [first, last] = [axes[0], axes[axes.length - 1]];
  const between = shape.slice(first, last + 1).map((_, i) => first + i);
  const isOnePiece = between.every((axis) => axes.includes(axis) || shape[axis] === 1);
  const C = sizeOf(shape.slice(last + 1));
  if (!isOnePiece || C === 1 || (f !== "reduceMean" && f !== "reduceMax")) return null;
  const [N, H] = [sizeOf(shape.slice(0, first)), sizeOf(shape.slice(first, last + 1))];
  const g: Pool2dGeometry = { N, C, O: C, H, W: 1, KH: H, KW: 1, OH: 1, OW: 1, ...WHOLE };
  return f === "reduceMean" ? averagePool2d(g, false) : maxPool2d(g);
}

const WHOLE = {
  ...{ strideH: 1, strideW: 1, dilationH: 1, dilationW: 1 },
  ...{ padTop: 0, padBottom: 0, padLeft: 0, padRight: 0 },
};
