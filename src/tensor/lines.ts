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
  const [from, to] = [source.data, target.data];
  const axes = joinedAxes(source.shape, source.strides, target.strides);
  const [first, last] = axes.length > 1 ? axes.slice(-2) : [{ extent: 1, a: 0, b: 0 }, axes[0]];
  // Starting a line costs more than copying its few elements, so walk the longer axis instead.
  const [outer, inner] = last.extent < SHORT && first.extent > last.extent ? [last, first] : [first, last];
  const { extent, a: step, b: stride } = inner;
  const isLong = step === 1 && stride === 1 && extent > LONG;
  const line = (s: number, t: number): void => {
    for (let j = 0; j < extent; j++) to[t + j * stride] = from[s + j * step];
  };
  const copy = (axis: number, s: number, t: number): void => {
    const { extent: count, a, b } = axis < axes.length - 2 ? axes[axis] : outer;
    for (let i = 0; i < count; i++, s += a, t += b) {
      if (axis < axes.length - 2) copy(axis + 1, s, t);
      else if (isLong) to.set(from.subarray(s, s + extent), t);
      else line(s, t);
    }
  };
  if (source.size > 0) copy(0, source.offset, target.offset);
}

const SHORT = 8;

/** Above this length, `set` copies a line faster than a loop does. */
const LONG = 48;

/** An axis of two operands, and each one's step along it, in elements. */
export interface JoinedAxis {
  readonly extent: number;
  readonly a: number;
  readonly b: number;
}

/**
 * The axes of more than one element; neighbours are joined where each operand crosses them with a single stride.
 *
 * @param stridesA, stridesB for each axis of the shape
 */
export function joinedAxes(
  shape: Shape,
  stridesA: readonly number[],
  stridesB: readonly number[],
): readonly JoinedAxis[] {
  const axes: JoinedAxis[] = [];
  shape.forEach((extent, i) => {
    if (extent === 1) return;
    const axis = { extent, a: stridesA[i], b: stridesB[i] };
    const outer = axes[axes.length - 1];
    if (outer && outer.a === axis.a * extent && outer.b === axis.b * extent) {
      axes[axes.length - 1] = { ...axis, extent: outer.extent * extent };
    } else axes.push(axis);
  });
  return axes.length > 0 ? axes : [{ extent: 1, a: 1, b: 1 }];
}

/** Copies each source into its target. */
export function copyEach(sources: readonly Strided[], targets: readonly Strided[]): void {
  sources.forEach((source, i) => void copyInto(source, targets[i]));
}
