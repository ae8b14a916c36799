/**
 * @file Operators that only rearrange elements or report shapes. Shapes are known at import, so chains that compute
 * them become constants.
 */
import { indicesAt, MAX_RANK, rowMajorStrides, type Shape, sameShape, sizeOf } from "../../../tensor/shape.ts";
import { TO_ONNX } from "../order.ts";
import { isIntegerType } from "../tensor.ts";
import {
  asImages,
  asOnnx,
  axisInGraph,
  axisOf,
  type Constant,
  type Context,
  computed,
  constantInput,
  elementsOf,
  integerAttribute,
  integersAttribute,
  integersOf,
  isConstant,
  type Known,
  optionalConstant,
  scalarOf,
  tensorOf,
  type Value,
  valueInput,
  withLast,
} from "../values.ts";

export function passed({ inputs: [x], fail }: Context): Known {
  return x ?? fail("has no input");
}

/** Nothing is dropped outside of training. */
export function dropout(c: Context): Known {
  const training = optionalConstant(c, 2, "training_mode");
  return training?.data[0] ? c.fail("is in training mode") : passed(c);
}

export function constant(c: Context): Known {
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
}

function listOf(integers: readonly number[]): Constant {
  return { shape: [integers.length], data: integers, isInteger: true };
}

export function constantOfShape(c: Context): Known {
  const shape = integersOf(constantInput(c, 0, "shape"));
  const fill = c.node.attributes.get("value")?.t;
  if (fill?.external) c.fail("keeps its number in another file, needs it here");
  const value = fill?.data[0] ?? 0;
  return computed(c, shape, fill !== undefined && isIntegerType(fill.type), () => value);
}

const FLOAT = 1;
const BOOL = 9;
const FLOAT_TYPES: readonly number[] = [FLOAT, 10, 11, 16];

export function cast(c: Context): Known {
  const to = integerAttribute(c, "to", 0);
  const x = passed(c);
  if (!isConstant(x)) return to === FLOAT ? x : c.fail(`turns a value into the type ${to}, needs float32`);
  if (FLOAT_TYPES.includes(to)) return { ...x, isInteger: false };
  return computed(c, x.shape, true, (i) => (to === BOOL ? Number(x.data[i] !== 0) : Math.trunc(x.data[i])));
}

export function shapeOf(c: Context): Known {
  const { shape } = passed(c);
  return listOf(shape.slice(integerAttribute(c, "start", 0), integerAttribute(c, "end", shape.length)));
}

/** Picks a size out of a shape; constants only. */
export function gather(c: Context): Known {
  const from = constantInput(c, 0, "data");
  const at = constantInput(c, 1, "indices");
  if (from.shape.length !== 1 || integerAttribute(c, "axis", 0) !== 0) c.fail("picks from a table, needs a list");
  return computed(c, at.shape, from.isInteger, (i) => from.data[axisOf(c, at.data[i], from.data.length)]);
}

/** Slices constants, with any step, even backwards: PyTorch's exporter computes pads that way. */
export function slice(c: Context): Known {
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
}

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

/** Returns the same elements in the same order under another shape. */
function reshaped(c: Context, x: Known, shape: Shape): Known {
  if (sizeOf(shape) !== elementsOf(x)) c.fail(`turns ${x.shape.join("×")} into ${shape.join("×")}`);
  if (isConstant(x)) return { ...x, shape };
  const plain = asOnnx(c, x);
  if (sameShape(plain.shape, shape)) return plain;
  return { name: c.g.reshape(plain.name, shape, { name: c.name }), shape, turned: false };
}

export function reshape(c: Context): Known {
  const x = passed(c);
  const wanted = integersOf(constantInput(c, 1, "shape"));
  const isCopied = integerAttribute(c, "allowzero", 0) === 0;
  fewAxes(c, wanted);
  const shape = wanted.map((extent, axis) => (extent === 0 && isCopied ? (x.shape[axis] ?? 0) : extent));
  if (!isConstant(x) && c.batch > 1 && shape[0] === c.batch) shape[0] = 1;
  const open = shape.indexOf(-1);
  if (open >= 0)
    shape[open] = elementsOf(x) / shape.reduce((size, extent, i) => (i === open ? size : size * extent), 1);
  return reshaped(c, x, shape);
}

export function flatten(c: Context): Known {
  const x = valueInput(c);
  const rank = x.shape.length;
  const given = integerAttribute(c, "axis", 1);
  const axis = given === rank ? rank : axisOf(c, given, rank);
  keepsImages(c, x, [axis]);
  return reshaped(c, x, [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis))]);
}

/** Refuses to move the batch axis, unless there is only one image. */
function keepsImages(c: Context, x: Known, axes: readonly number[]): void {
  if (!isConstant(x) && c.batch !== 1 && axes.includes(0)) c.fail("moves the axis of images, needs it first");
}

function axesOf(c: Context): readonly number[] | null {
  const listed = optionalConstant(c, 1, "axes");
  const axes = listed ? integersOf(listed) : integersAttribute(c, "axes");
  return axes === null ? null : fewAxes(c, axes);
}

function fewAxes(c: Context, axes: readonly number[]): readonly number[] {
  return axes.length > MAX_RANK ? c.fail(`has ${axes.length} axes, needs at most ${MAX_RANK}`) : axes;
}

export function squeeze(c: Context): Known {
  const x = passed(c);
  const axes = axesOf(c)?.map((axis) => axisOf(c, axis, x.shape.length));
  keepsImages(c, x, axes ?? (x.shape[0] === 1 ? [0] : []));
  const shape = x.shape.filter((extent, axis) => (axes ? !axes.includes(axis) : extent !== 1));
  return reshaped(c, x, shape);
}

export function unsqueeze(c: Context): Known {
  const x = passed(c);
  const given = axesOf(c) ?? c.fail("has no axes");
  const rank = x.shape.length + given.length;
  const axes = given.map((axis) => axisOf(c, axis, rank));
  keepsImages(c, x, axes);
  const rest = [...x.shape];
  const shape = Array.from({ length: rank }, (_, axis) => (axes.includes(axis) ? 1 : (rest.shift() ?? 1)));
  return reshaped(c, x, shape);
}

const IMAGES_TO_ONNX = TO_ONNX.join();

export function transpose(c: Context): Known {
  const x = passed(c);
  const given = fewAxes(c, integersAttribute(c, "perm") ?? x.shape.map((_, axis) => x.shape.length - 1 - axis));
  const permutation = given.map((axis) => axisOf(c, axis, x.shape.length));
  if (permutation.length !== x.shape.length) c.fail(`has perm ${given.join(", ")}, needs ${x.shape.length} axes`);
  const shape = permutation.map((axis) => x.shape[axis]);
  if (isConstant(x)) return turnedConstant(c, x, permutation, shape);
  if (permutation[0] !== 0) c.fail("moves the axis of images, needs it first");
  // [n, h, w, c] transposed to ONNX's order is what the graph calls an image: nothing moves.
  if (!x.turned && permutation.join() === IMAGES_TO_ONNX) return { ...x, shape, turned: true };
  const own = permutation.map((axis) => axisInGraph(x, axis));
  if (own.every((axis, i) => axis === i)) return { ...x, shape, turned: false };
  return { name: c.g.transpose(x.name, own, { name: c.name }), shape, turned: false };
}

/** Transposes weights as float32, but computed constants as they are: float32 cannot hold every integer. */
function turnedConstant(c: Context, x: Constant, permutation: readonly number[], shape: Shape): Constant {
  if (x.data instanceof Float32Array) return { ...x, shape, data: tensorOf(x).transpose(permutation).toFloat32Array() };
  const strides = rowMajorStrides(x.shape);
  return computed(c, shape, x.isInteger, (i) => {
    return x.data[indicesAt(shape, i).reduce((sum, n, axis) => sum + n * strides[permutation[axis]], 0)];
  });
}

export function concat(c: Context): Known {
  const parts = c.inputs.map((part) => part ?? c.fail("has an input left out"));
  const rank = parts[0]?.shape.length ?? c.fail("has no inputs");
  const axis = axisOf(c, integerAttribute(c, "axis", 0), rank);
  if (parts.every(isConstant)) {
    if (rank !== 1) c.fail("joins tables of constants, needs lists");
    const size = parts.reduce((sum, part) => sum + elementsOf(part), 0);
    const isInteger = parts.every((part) => (part as Constant).isInteger);
    const blank = computed(c, [size], isInteger, () => 0); // limits the size before the parts are joined
    return { ...blank, data: parts.flatMap((part) => [...(part as Constant).data]) };
  }
  const values = parts.map((part, i): Value => {
    if (isConstant(part)) return c.fail(`joins a constant (input ${i}) to values`);
    return rank === 4 ? asImages(c, part) : part;
  });
  const [first] = values;
  const name = c.g.concat(
    values.map((value) => value.name),
    axisInGraph(first, axis),
    { name: c.name },
  );
  const extent = values.reduce((sum, { shape }) => sum + shape[axis], 0);
  return { name, shape: first.shape.map((own, i) => (i === axis ? extent : own)), turned: first.turned };
}

export function pad(c: Context): Known {
  const x = valueInput(c);
  const mode = c.node.attributes.get("mode")?.s ?? "constant";
  if (mode !== "constant") c.fail(`has the mode ${JSON.stringify(mode)}, needs "constant"`);
  const listed = optionalConstant(c, 1, "pads");
  const pads = (listed && integersOf(listed)) ?? integersAttribute(c, "pads") ?? c.fail("has no pads");
  const given = optionalConstant(c, 2, "value");
  const value = given ? scalarOf(c, given, "value") : (c.node.attributes.get("value")?.f ?? 0);
  const axes = optionalConstant(c, 3, "axes");
  const rank = x.shape.length;
  const padded = axes ? integersOf(axes).map((axis) => axisOf(c, axis, rank)) : x.shape.map((_, axis) => axis);
  if (pads.length !== 2 * padded.length) c.fail(`has ${pads.length} pads, needs ${2 * padded.length}`);
  const around = x.shape.map((): [number, number] => [0, 0]);
  padded.forEach((axis, i) => {
    around[axis] = [pads[i], pads[i + padded.length]];
  });
  const shape = x.shape.map((extent, axis) => extent + around[axis][0] + around[axis][1]);
  const inGraph = [...around];
  around.forEach((pair, axis) => {
    inGraph[axisInGraph(x, axis)] = pair;
  });
  return { ...x, shape, name: c.g.pad(x.name, inGraph, { name: c.name, value }) };
}

/** Applies softmax along one axis; before opset 13, over that axis and all later ones together. */
export function softmax(c: Context): Known {
  const x = valueInput(c);
  const rank = x.shape.length;
  const axis = axisOf(c, integerAttribute(c, "axis", c.opset < 13 ? 1 : -1), rank);
  if (axis === 0) return c.fail("is taken over images, needs another axis");
  const isJoined = c.opset < 13 && sizeOf(x.shape.slice(axis + 1)) > 1;
  if (isJoined) {
    const plain = asOnnx(c, x);
    const sizes = [1, sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis))];
    const rows = c.g.reshape(plain.name, sizes, { name: c.fresh("rows") });
    const name = c.g.reshape(c.g.softmax(rows, { name: c.name }), x.shape, { name: c.fresh("back") });
    return { ...plain, name };
  }
  return { ...x, name: withLast(c, x.name, [axisInGraph(x, axis)], (last) => c.g.softmax(last, { name: c.name })) };
}
