/** @file ONNX operators that pick elements, axis by axis: Slice, Gather, Split, Expand, Tile. */
import { indicesAt, rowMajorStrides } from "../../../tensor/shape.ts";
import { asBehind, asInFile, axisInGraph, inOrder, listInGraph } from "../../importer/axes.ts";
import { computed } from "../../importer/computed.ts";
import {
  axesOf,
  axisOf,
  type Constant,
  constantInput,
  firstInput,
  integersOf,
  isConstant,
  optionalConstant,
  type Value,
  valueInput,
} from "../../importer/values.ts";
import { type Context, integerAttribute, integersAttribute, type Operator } from "../operator.ts";
import { fewAxes } from "./constants.ts";
import { placed } from "./reshape.ts";

/** Slices constants and values, with any step, even backwards: PyTorch's exporter computes pads that way. */
export const slice: Operator = {
  attributes: ["axes", "ends", "starts"],
  run: (c) => {
    const x = firstInput(c);
    const list = (i: number, name: string): readonly number[] | null => {
      const given = optionalConstant(c, i, name);
      return given ? integersOf(given) : integersAttribute(c, name);
    };
    const starts = fewAxes(c, list(1, "starts") ?? c.fail("has no starts"));
    const ends = list(2, "ends") ?? c.fail("has no ends");
    const axes = axesOf(c, list(3, "axes") ?? starts.map((_, i) => i), x.shape.length);
    const steps = list(4, "steps") ?? starts.map(() => 1);
    const lengths = [starts, ends, axes, steps].map(({ length }) => length);
    if (new Set(lengths).size > 1)
      c.fail(`has ${lengths.join(", ")} starts, ends, axes and steps, needs as many of each`);
    const cuts = x.shape.map((extent, axis) => cutOf(c, extent, axes.indexOf(axis), starts, ends, steps));
    if (isConstant(x)) return cutConstant(c, x, cuts);
    if (c.batch > 1 && !x.isBehind) {
      const { step, count } = cutOf(c, c.batch, axes.indexOf(0), starts, ends, steps);
      if (step !== 1 || count !== c.batch) c.fail("takes some of the images, which stay apart");
    }
    return cutValue(c, cuts[0].count === x.shape[0] ? x : asBehind(c, x), cuts);
  },
};

/** Which indices of an axis are kept. */
interface Cut {
  readonly first: number;
  readonly step: number;
  readonly count: number;
}

/** Negative limits count from the end; all are clamped to the axis. */
function cutOf(
  c: Context,
  extent: number,
  i: number,
  starts: readonly number[],
  ends: readonly number[],
  steps: readonly number[],
): Cut {
  if (i < 0) return { first: 0, step: 1, count: extent };
  const step = steps[i];
  if (!Number.isInteger(step) || step === 0) c.fail(`has the step ${step}, needs an integer that is not 0`);
  const within = (at: number, min: number, max: number): number =>
    Math.min(Math.max(at < 0 ? at + extent : at, min), max);
  const first = step > 0 ? within(starts[i], 0, extent) : within(starts[i], 0, extent - 1);
  const end = step > 0 ? within(ends[i], 0, extent) : within(ends[i], -1, extent - 1);
  return { first, step, count: Math.max(0, Math.ceil((end - first) / step)) };
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

/** Picks out of a constant, as a size out of a shape; or elements of a value, at constant indices. */
export const gather: Operator = {
  attributes: ["axis"],
  run: (c) => {
    const from = firstInput(c);
    const at = constantInput(c, 1, "indices");
    const axis = axisOf(c, integerAttribute(c, "axis", 0), from.shape.length);
    const extent = from.shape[axis];
    const indices = [...at.data].map((given) => {
      const index = given < 0 ? given + extent : given;
      return index >= 0 && index < extent
        ? index
        : c.fail(`picks at ${given} along axis ${axis}, needs below ${extent}`);
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
  },
};

/** Parts of equal size, but the last; or of the sizes given. */
export const split: Operator = {
  attributes: ["axis", "num_outputs", "split"],
  hasMany: true,
  run: (c) => {
    const given = valueInput(c);
    const axis = axisOf(c, integerAttribute(c, "axis", 0), given.shape.length);
    const x = axis === 0 ? asBehind(c, given) : given;
    const listed = optionalConstant(c, 1, "split");
    const stated = listed ? integersOf(listed) : integersAttribute(c, "split");
    const count = c.node.outputs.length;
    const size = Math.ceil(x.shape[axis] / count);
    const sizes = stated ?? c.node.outputs.map((_, i) => Math.min(size, x.shape[axis] - i * size));
    if (sizes.length !== count) c.fail(`has ${sizes.length} sizes, needs ${count}`);
    const parts = c.g.split(x.name, sizes, { axis: axisInGraph(x, axis), name: c.name });
    return parts.map((name, i) => {
      return { ...x, name, shape: x.shape.map((extent, a) => (a === axis ? sizes[i] : extent)) };
    });
  },
};

/** As NumPy broadcasts: extents of 1 stretch, those that the shape leaves at 1 stay. */
export const expand: Operator = {
  attributes: [],
  run: (c) => {
    const x = firstInput(c);
    const wanted = integersOf(constantInput(c, 1, "shape"));
    if (isConstant(x)) return expandedConstant(c, x, wanted);
    const rank = Math.max(x.shape.length, wanted.length);
    const at = (shape: readonly number[], axis: number): number => shape[axis - rank + shape.length] ?? 1;
    const own = Array.from({ length: rank }, (_, axis) => at(x.shape, axis));
    const shape = own.map((extent, axis) => (extent === 1 ? at(wanted, axis) : extent));
    if (shape[0] !== 1) c.fail(`stretches the axis of images to ${shape[0]}`);
    const same = rank === x.shape.length ? x : asInFile(c, x);
    const wide = rank === x.shape.length ? same.name : c.g.reshape(same.name, own, { name: c.fresh("wide") });
    return { ...same, shape, name: c.g.expand(wide, listInGraph(same, shape, 1), { name: c.name }) };
  },
};

function expandedConstant(c: Context, x: Constant, wanted: readonly number[]): Constant {
  if (x.data.length !== 1) return c.fail("stretches a constant of several numbers");
  return computed(c, wanted, x.isInteger, () => x.data[0]);
}

export const tile: Operator = {
  attributes: [],
  run: (c) => {
    const given = valueInput(c);
    const repetitions = integersOf(constantInput(c, 1, "repeats"));
    if (repetitions.length !== given.shape.length) {
      c.fail(`has ${repetitions.length} repeats, needs ${given.shape.length}`);
    }
    const x = repetitions[0] === 1 ? given : asBehind(c, given);
    const shape = x.shape.map((extent, axis) => extent * repetitions[axis]);
    return { ...x, shape, name: c.g.tile(x.name, listInGraph(x, repetitions, 1), { name: c.name }) };
  },
};
