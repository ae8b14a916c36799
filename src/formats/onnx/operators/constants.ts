/**
 * @file ONNX operators that read or compute constants, and those that pass a value on (Identity, Dropout). Shapes are
 * known at import, so chains that compute them become constants.
 */

import { indicesAt, MAX_RANK, rowMajorStrides } from "../../../tensor/shape.ts";
import { computed } from "../../importer/computed.ts";
import {
  axisOf,
  type Constant,
  constantInput,
  firstInput,
  integersOf,
  isConstant,
  optionalConstant,
} from "../../importer/values.ts";
import { type Context, integerAttribute, integersAttribute, type Operator } from "../operator.ts";
import { isIntegerType } from "../tensor.ts";

export const identity: Operator = { attributes: [], run: firstInput };

/** Nothing is dropped outside of training. */
export const dropout: Operator = {
  attributes: ["ratio", "seed", "is_test"],
  ignoresMore: true,
  run: (c) => {
    const training = optionalConstant(c, 2, "training_mode");
    return training?.data[0] ? c.fail("is in training mode") : firstInput(c);
  },
};

export const constant: Operator = {
  attributes: ["value", "value_float", "value_floats", "value_int", "value_ints"],
  run: (c) => {
    const { attributes } = c.node;
    const tensor = attributes.get("value")?.t;
    if (tensor) {
      if (tensor.external) return c.fail("keeps its numbers in another file, needs them here");
      return { shape: tensor.shape, data: tensor.data, isInteger: isIntegerType(tensor.type) };
    }
    const float = attributes.get("value_float")?.f;
    if (float !== undefined) return { shape: [], data: [float], isInteger: false };
    const integer = attributes.get("value_int")?.i;
    if (integer !== undefined) return { shape: [], data: [integer], isInteger: true };
    const floats = attributes.get("value_floats")?.floats;
    if (floats) return { shape: [floats.length], data: floats, isInteger: false };
    return listOf(attributes.get("value_ints")?.ints ?? c.fail("has no value"));
  },
};

function listOf(integers: readonly number[]): Constant {
  return { shape: [integers.length], data: integers, isInteger: true };
}

export const constantOfShape: Operator = {
  attributes: ["value"],
  run: (c) => {
    const shape = integersOf(constantInput(c, 0, "shape"));
    const fill = c.node.attributes.get("value")?.t;
    if (fill?.external) c.fail("keeps its number in another file, needs it here");
    const value = fill?.data[0] ?? 0;
    return computed(c, shape, fill !== undefined && isIntegerType(fill.type), () => value);
  },
};

const FLOAT = 1;

const BOOL = 9;

const FLOAT_TYPES: readonly number[] = [FLOAT, 10, 11, 16];

export const cast: Operator = {
  attributes: ["to", "saturate"],
  run: (c) => {
    const to = integerAttribute(c, "to", 0);
    const x = firstInput(c);
    if (!isConstant(x)) return to === FLOAT ? x : c.fail(`turns a value into the type ${to}, needs float32`);
    if (FLOAT_TYPES.includes(to)) return { ...x, isInteger: false };
    return computed(c, x.shape, true, (i) => (to === BOOL ? Number(x.data[i] !== 0) : Math.trunc(x.data[i])));
  },
};

export const shapeOf: Operator = {
  attributes: ["start", "end"],
  run: (c) => {
    const { shape } = firstInput(c);
    return listOf(shape.slice(integerAttribute(c, "start", 0), integerAttribute(c, "end", shape.length)));
  },
};

/** Picks a size out of a shape; constants only. */
export const gather: Operator = {
  attributes: ["axis"],
  run: (c) => {
    const from = constantInput(c, 0, "data");
    const at = constantInput(c, 1, "indices");
    if (from.shape.length !== 1 || integerAttribute(c, "axis", 0) !== 0) c.fail("picks from a table, needs a list");
    return computed(c, at.shape, from.isInteger, (i) => from.data[axisOf(c, at.data[i], from.data.length)]);
  },
};

/** Slices constants, with any step, even backwards: PyTorch's exporter computes pads that way. */
export const slice: Operator = {
  attributes: ["axes", "ends", "starts"],
  run: (c) => {
    if (!c.inputs[0] || !isConstant(c.inputs[0])) return c.fail("cuts a value of the network, which is not supported");
    const from = constantInput(c, 0, "data");
    const list = (i: number, name: string): readonly number[] | null => {
      const given = optionalConstant(c, i, name);
      return given ? integersOf(given) : integersAttribute(c, name);
    };
    const starts = fewAxes(c, list(1, "starts") ?? c.fail("has no starts"));
    const ends = list(2, "ends") ?? c.fail("has no ends");
    const axes = (list(3, "axes") ?? starts.map((_, i) => i)).map((axis) => axisOf(c, axis, from.shape.length));
    const steps = list(4, "steps") ?? starts.map(() => 1);
    const cuts = from.shape.map((extent, axis) => cutOf(c, extent, axes.indexOf(axis), starts, ends, steps));
    const shape = cuts.map(({ count }) => count);
    const strides = rowMajorStrides(from.shape);
    return computed(c, shape, from.isInteger, (i) => {
      const at = indicesAt(shape, i).reduce(
        (sum, n, axis) => sum + (cuts[axis].first + n * cuts[axis].step) * strides[axis],
        0,
      );
      return from.data[at];
    });
  },
};

/** Returns which indices of an axis are kept. Negative limits count from the end; all are clamped to the axis. */
function cutOf(
  c: Context,
  extent: number,
  i: number,
  starts: readonly number[],
  ends: readonly number[],
  steps: readonly number[],
): { readonly first: number; readonly step: number; readonly count: number } {
  if (i < 0) return { first: 0, step: 1, count: extent };
  const step = steps[i];
  if (!Number.isInteger(step) || step === 0) c.fail(`has the step ${step}, needs an integer that is not 0`);
  const within = (at: number, min: number, max: number): number =>
    Math.min(Math.max(at < 0 ? at + extent : at, min), max);
  const first = step > 0 ? within(starts[i], 0, extent) : within(starts[i], 0, extent - 1);
  const end = step > 0 ? within(ends[i], 0, extent) : within(ends[i], -1, extent - 1);
  return { first, step, count: Math.max(0, Math.ceil((end - first) / step)) };
}

export function fewAxes(c: Context, axes: readonly number[]): readonly number[] {
  return axes.length > MAX_RANK ? c.fail(`has ${axes.length} axes, needs at most ${MAX_RANK}`) : axes;
}
