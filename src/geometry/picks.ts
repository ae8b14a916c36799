/** @file Indices along an axis: those that a slice keeps, and those that padding or tiling repeats. */
import { ShapeError, show } from "../tensor/errors.ts";
import { checkInteger, checkShape, formatShape, type Shape } from "../tensor/shape.ts";

/** What padding consists of: a value, the elements mirrored without their edge, or the edge repeated. */
export const PAD_MODES = ["constant", "reflection", "edge"] as const;
/** What padding consists of. */
export type PadMode = (typeof PAD_MODES)[number];

/** For each axis, the sequence of indices of x to take; null: all of them, in order. */
export type Picks = readonly (readonly number[] | null)[];

/** y[i, j, …] = x[picks[0][i], picks[1][j], …] */
export function pickedShape(shape: Shape, picks: Picks): Shape {
  return shape.map((extent, axis) => picks[axis]?.length ?? extent);
}

/**
 * Offset and strides of the picked elements, if the indices advance in equal steps along every axis; else null.
 *
 * @param strides of the tensor
 */
export function viewOf(
  picks: Picks,
  strides: readonly number[],
): { readonly offset: number; readonly strides: readonly number[] } | null {
  const steps = picks.map((indices) => {
    if (indices === null || indices.length < 2) return 1;
    const step = indices[1] - indices[0];
    return step >= 0 && indices.every((index, i) => index === indices[0] + i * step) ? step : null;
  });
  if (!steps.every((step) => step !== null)) return null;
  return {
    offset: picks.reduce((sum, indices, axis) => sum + (indices?.[0] ?? 0) * strides[axis], 0),
    strides: steps.map((step, axis) => step * strides[axis]),
  };
}

/** start, start + step, … @returns null for a whole axis, in order */
export function sliceIndices(extent: number, start: number, size: number, step: number): readonly number[] | null {
  if (start === 0 && size === extent && step === 1) return null;
  return Array.from({ length: size }, (_, i) => start + i * step);
}

/** @throws ShapeError unless the slice takes at least one element of every axis and stays within it */
export function checkSlice(
  op: string,
  shape: Shape,
  starts: unknown,
  sizes: unknown,
  steps: unknown,
): { readonly starts: readonly number[]; readonly sizes: readonly number[]; readonly steps: readonly number[] } {
  const lists = { starts, sizes, steps };
  for (const [name, list] of Object.entries(lists)) {
    if (!Array.isArray(list) || list.length !== shape.length) {
      throw new ShapeError(`${op}: ${name} is ${show(list)}, needs a number for each axis of ${formatShape(shape)}`);
    }
  }
  const own = lists as Readonly<Record<keyof typeof lists, readonly number[]>>;
  shape.forEach((extent, axis) => {
    const start = checkInteger(op, `starts[${axis}]`, own.starts[axis], 0, extent - 1);
    const size = checkInteger(op, `sizes[${axis}]`, own.sizes[axis], 1);
    const step = own.steps[axis];
    if (!Number.isInteger(step) || step === 0) {
      throw new ShapeError(`${op}: steps[${axis}] is ${show(step)}, needs an integer that is not 0`);
    }
    const last = start + (size - 1) * step;
    if (last < 0 || last >= extent) {
      throw new ShapeError(`${op}: axis ${axis} ends at ${last}, needs 0 to ${extent - 1}`);
    }
  });
  return { starts: [...own.starts], sizes: [...own.sizes], steps: [...own.steps] };
}

/** @throws ShapeError if mirroring needs more elements than an axis has */
export function checkMirrors(
  op: string,
  mode: PadMode,
  shape: Shape,
  pads: readonly (readonly [number, number])[],
): void {
  if (mode !== "reflection") return;
  shape.forEach((extent, axis) => {
    const elements = Math.max(...pads[axis]);
    if (elements >= extent) {
      throw new ShapeError(`${op}: ${elements} elements mirrored of ${extent}, needs fewer than there are`);
    }
  });
}

/** The indices of a padded axis; null if nothing is added. */
export function paddedIndices(
  mode: Exclude<PadMode, "constant">,
  extent: number,
  [before, after]: readonly [number, number],
): readonly number[] | null {
  if (before + after === 0) return null;
  return Array.from({ length: before + extent + after }, (_, i) => {
    const at = i - before;
    if (mode === "edge") return Math.min(Math.max(at, 0), extent - 1);
    const mirrored = Math.abs(at);
    return mirrored < extent ? mirrored : 2 * (extent - 1) - mirrored;
  });
}

/** The indices of an axis mirrored before and after it, edges included. */
export function symmetricIndices(extent: number, before: number, after: number): readonly number[] {
  return Array.from({ length: before + extent + after }, (_, i) => {
    const at = i - before;
    return at < 0 ? -1 - at : at < extent ? at : 2 * extent - 1 - at;
  });
}

/** @throws ShapeError unless there is at least one index, and each is within the axis */
export function checkIndices(op: string, indices: unknown, extent: number): readonly number[] {
  if (!Array.isArray(indices) || indices.length === 0) {
    throw new ShapeError(`${op}: indices is ${show(indices)}, needs a list of at least one`);
  }
  return Array.from(indices, (index, i) => checkInteger(op, `indices[${i}]`, index, 0, extent - 1));
}

/** @throws ShapeError unless there is a positive integer for each axis, and the output has a valid shape */
export function checkRepetitions(op: string, repetitions: unknown, shape: Shape): readonly number[] {
  if (!Array.isArray(repetitions) || repetitions.length !== shape.length) {
    throw new ShapeError(
      `${op}: repetitions is ${show(repetitions)}, needs a number for each axis of ${formatShape(shape)}`,
    );
  }
  const own = Array.from(repetitions, (count, axis) => checkInteger(op, `repetitions[${axis}]`, count, 1));
  const extents = shape.map((extent, axis) => extent * own[axis]);
  checkShape(op, "output", extents, 1);
  return own;
}

/** The indices of an axis, repeated; null for a single repetition. */
export function tiledIndices(extent: number, repetitions: number): readonly number[] | null {
  return repetitions === 1 ? null : Array.from({ length: extent * repetitions }, (_, i) => i % extent);
}
