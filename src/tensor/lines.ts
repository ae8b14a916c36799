/**
 * @file Walks several tensors of one shape together, whatever their strides.
 *
 * The only loop over any number of axes: every elementwise operation visits lines.
 */
import type { Shape } from "./shape.ts";

/** Tensor fields that a walk needs. */
interface Strided {
  readonly data: Float32Array;
  readonly shape: Shape;
  readonly strides: readonly number[];
  readonly offset: number;
  readonly size: number;
  readonly isContiguous: boolean;
}

/**
 * Calls `visit` with the data offsets at which each line along the last axis starts, in row-major order. A scalar is
 * one line of one element.
 *
 * @param y, a, b  tensors of one shape; omit `b` if there are only two operands
 */
export function eachLine(
  visit: (y: number, a: number, b: number) => void,
  y: Strided,
  a: Strided,
  b: Strided = a,
): void {
  const { shape } = y;
  const descend = (axis: number, iy: number, ia: number, ib: number): void => {
    if (axis >= shape.length - 1) {
      visit(iy, ia, ib);
      return;
    }
    const [stepY, stepA, stepB] = [y.strides[axis], a.strides[axis], b.strides[axis]];
    for (let i = 0; i < shape[axis]; i++) descend(axis + 1, iy + i * stepY, ia + i * stepA, ib + i * stepB);
  };
  if (y.size > 0) descend(0, y.offset, a.offset, b.offset);
}

/** The last axis as [extent, step in elements]; that of a scalar is [1, 1]. */
export function lastAxis(t: Strided): readonly [extent: number, step: number] {
  return t.shape.length === 0 ? [1, 1] : [t.shape[t.shape.length - 1], t.strides[t.strides.length - 1]];
}

/** target[i] = source[i] for every index i; both of one shape, sharing no memory. */
export function copyInto(source: Strided, target: Strided): void {
  const [extent, stepTarget] = lastAxis(target);
  const [, stepSource] = lastAxis(source);
  const from = source.data;
  const to = target.data;
  if (source.isContiguous && target.isContiguous) {
    to.set(from.subarray(source.offset, source.offset + source.size), target.offset);
    return;
  }
  eachLine(
    (iy, ix) => {
      for (let i = 0; i < extent; i++) to[iy + i * stepTarget] = from[ix + i * stepSource];
    },
    target,
    source,
  );
}

/** Does the same for each pair of a source and a target. */
export function copyEach(sources: readonly Strided[], targets: readonly Strided[]): void {
  sources.forEach((source, i) => void copyInto(source, targets[i]));
}
