/** @file Elements of values and constants, picked axis by axis. */
import { indicesAt, rowMajorStrides, type Shape } from "../../tensor/shape.ts";
import { asBehind, asInFile, axisInGraph, inOrder, listInGraph, placed } from "./axes.ts";
import { computed } from "./computed.ts";
import { type Constant, type Context, isConstant, type Known, type Value } from "./values.ts";

/** Which indices of an axis are kept. */
export interface Cut {
  readonly first: number;
  readonly step: number;
  readonly count: number;
}

/** Keeps all of an axis. */
export function whole(extent: number): Cut {
  return { first: 0, step: 1, count: extent };
}

/** Keeps indices from start up to end; negative limits count from the end of the axis, and all are clamped to it. */
export function cutOf(c: Context, extent: number, start: number, end: number, step: number): Cut {
  if (!Number.isInteger(step) || step === 0) c.fail(`has the step ${step}, needs an integer that is not 0`);
  const within = (at: number, min: number, max: number): number =>
    Math.min(Math.max(at < 0 ? at + extent : at, min), max);
  const first = step > 0 ? within(start, 0, extent) : within(start, 0, extent - 1);
  const last = step > 0 ? within(end, 0, extent) : within(end, -1, extent - 1);
  return { first, step, count: Math.max(0, Math.ceil((last - first) / step)) };
}

/** Cuts a constant or a value. The batch axis may only be cut if the file has a single image. */
export function cutFrom(c: Context, x: Known, cuts: readonly Cut[]): Known {
  if (isConstant(x)) return cutConstant(c, x, cuts);
  return cutValue(c, cuts[0].count === x.shape[0] ? x : asBehind(c, x), cuts);
}

function cutConstant(c: Context, x: Constant, cuts: readonly Cut[]): Constant {
  const shape = cuts.map(({ count }) => count);
  const strides = rowMajorStrides(x.shape);
  return computed(c, shape, x.isInteger, (i) => {
    const at = indicesAt(shape, i).map((n, axis) => (cuts[axis].first + n * cuts[axis].step) * strides[axis]);
    return x.data[at.reduce((sum, offset) => sum + offset, 0)];
  });
}

function cutValue(c: Context, x: Value, cuts: readonly Cut[]): Value {
  const shape = cuts.map(({ count }) => count);
  if (shape.includes(0)) c.fail(`leaves ${shape.join("×")} of ${x.shape.join("×")}, needs at least one element`);
  const own = listInGraph(x, cuts, { first: 0, count: 1, step: 1 });
  const of = (field: keyof Cut): number[] => own.map((cut) => cut[field]);
  return { ...x, shape, name: c.g.slice(x.name, of("first"), of("count"), { name: c.name, steps: of("step") }) };
}

/** Picks numbers from a list of constants, like a size from a shape, or elements of a value, at constant indices. */
export function gathered(c: Context, from: Known, at: Constant, axis: number): Known {
  const extent = from.shape[axis];
  const indices = [...at.data].map((given) => {
    const index = given < 0 ? given + extent : given;
    return index >= 0 && index < extent ? index : c.fail(`picks at ${given} along axis ${axis}, needs below ${extent}`);
  });
  if (isConstant(from)) {
    if (from.shape.length !== 1) return c.fail("picks from a table of constants, needs a list");
    return computed(c, at.shape, from.isInteger, (i) => from.data[indices[i]]);
  }
  const isList = at.shape.length === 1;
  const plain = isList ? from : inOrder(c, from);
  const x = axis === 0 ? asBehind(c, plain) : plain;
  const name = isList ? c.name : c.fresh("picked");
  const picked = c.g.gather(x.name, indices, axisInGraph(x, axis), { name });
  const shape = [...from.shape.slice(0, axis), ...at.shape, ...from.shape.slice(axis + 1)];
  if (isList) return { ...x, shape, name: picked };
  return placed(c, picked, shape);
}

/** Splits a value along an axis into consecutive parts of these sizes. */
export function parted(c: Context, given: Value, sizes: readonly number[], axis: number): readonly Value[] {
  const x = axis === 0 ? asBehind(c, given) : given;
  const parts = c.g.split(x.name, sizes, { axis: axisInGraph(x, axis), name: c.name });
  return parts.map((name, i) => {
    return { ...x, name, shape: x.shape.map((extent, a) => (a === axis ? sizes[i] : extent)) };
  });
}

/** Broadcasts as in NumPy: extents of 1 stretch; those that are 1 in the shape stay as they are. */
export function expanded(c: Context, x: Known, wanted: Shape): Known {
  if (isConstant(x)) return expandedConstant(c, x, wanted);
  const rank = Math.max(x.shape.length, wanted.length);
  const at = (shape: readonly number[], axis: number): number => shape[axis - rank + shape.length] ?? 1;
  const own = Array.from({ length: rank }, (_, axis) => at(x.shape, axis));
  const shape = own.map((extent, axis) => (extent === 1 ? at(wanted, axis) : extent));
  if (shape[0] !== 1) c.fail(`stretches the axis of images to ${shape[0]}`);
  const same = rank === x.shape.length ? x : asInFile(c, x);
  const wide = rank === x.shape.length ? same.name : c.g.reshape(same.name, own, { name: c.fresh("wide") });
  return { ...same, shape, name: c.g.expand(wide, listInGraph(same, shape, 1), { name: c.name }) };
}

function expandedConstant(c: Context, x: Constant, wanted: readonly number[]): Constant {
  if (x.data.length !== 1) return c.fail("stretches a constant of several numbers");
  return computed(c, wanted, x.isInteger, () => x.data[0]);
}

export function tiled(c: Context, given: Value, repetitions: readonly number[]): Value {
  if (repetitions.length !== given.shape.length) {
    c.fail(`has ${repetitions.length} repeats, needs ${given.shape.length}`);
  }
  const x = repetitions[0] === 1 ? given : asBehind(c, given);
  const shape = x.shape.map((extent, axis) => extent * repetitions[axis]);
  return { ...x, shape, name: c.g.tile(x.name, listInGraph(x, repetitions, 1), { name: c.name }) };
}
