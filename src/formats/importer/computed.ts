/**
 * @file Constants that are computed during import: shapes, axes and pads; and weights that a file stores as one number.
 */
import { MAX_RANK, type Shape, sizeOf } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { Constant, Context } from "./values.ts";

/** Maximum elements of such a constant. */
const MAX_COMPUTED = 4096;

/** Computes a constant. @param at returns element i, in row-major order */
export function computed(c: Context, shape: Shape, isInteger: boolean, at: (i: number) => number): Constant {
  const isShape = shape.every((extent) => Number.isInteger(extent) && extent >= 0);
  if (!isShape) return c.fail(`computes a constant of shape ${shape.join("×")}, needs integers from 0 on`);
  const size = sizeOf(shape);
  if (size > MAX_COMPUTED) return c.fail(`computes ${size} constants, needs at most ${MAX_COMPUTED}`);
  return { shape, data: Array.from({ length: size }, (_, i) => at(i)), isInteger };
}

export function fewAxes(c: Context, axes: readonly number[]): readonly number[] {
  return axes.length > MAX_RANK ? c.fail(`has ${axes.length} axes, needs at most ${MAX_RANK}`) : axes;
}

/** Broadcasts a constant of the file to the shape of a graph's value, which may be larger than the file. */
export function stretched(c: Context, t: Tensor, shape: Shape): Tensor {
  const wide = t.broadcastTo(shape);
  if (wide.size > t.size) c.spend(Float32Array.BYTES_PER_ELEMENT * wide.size);
  return wide.contiguous();
}

/** Budget for all computed constants of a file, in bytes: this plus four times the file's size. */
const COMPUTED = 64 * 2 ** 20;
const PER_BYTE = 4;

/** @returns a function that spends bytes of the budget and throws a FormatError once it is exceeded */
export function computedBudget(fileBytes: number): (bytes: number, fail: (what: string) => never) => void {
  const all = COMPUTED + PER_BYTE * fileBytes;
  let left = all;
  return (bytes, fail) => {
    left -= bytes;
    if (left < 0) fail(`computes constants of more than ${all} bytes in all`);
  };
}
