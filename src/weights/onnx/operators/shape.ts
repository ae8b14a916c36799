/** @file What only moves numbers, or says how many there are. Shapes are known, so chains that compute them become constants. */
import { type Shape, sameShape, sizeOf } from "../../../tensor/shape.ts";
import {
  asOnnx,
  asPictures,
  axisInGraph,
  axisOf,
  type Constant,
  type Context,
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
} from "../values.ts";

export function passed({ inputs: [x], fail }: Context): Known {
  return x ?? fail("has no input");
}

/** Drops nothing outside of training. */
export function dropout(c: Context): Known {
  const training = optionalConstant(c, 2, "training_mode");
  return training?.data[0] ? c.fail("is in training mode") : passed(c);
}

export function constant(c: Context): Known {
  const { attributes } = c.node;
  const tensor = attributes.get("value")?.t;
  if (tensor) {
    if (tensor.external) return c.fail("keeps its numbers in another file, needs them here");
    return { shape: tensor.shape, data: tensor.data, isInteger: !/^B?F/.test(tensor.type) };
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

/** Elements of a constant that is computed while the file is read: shapes and axes, not weights. */
const MOST_COMPUTED = 1024;

export function constantOfShape(c: Context): Known {
  const shape = integersOf(constantInput(c, 0, "shape"));
  const fill = c.node.attributes.get("value")?.t;
  if (!(sizeOf(shape) <= MOST_COMPUTED)) c.fail(`makes ${shape.join("×")} numbers, needs at most ${MOST_COMPUTED}`);
  const data = new Array<number>(sizeOf(shape)).fill(fill?.data[0] ?? 0);
  return { shape, data, isInteger: fill !== undefined && !/^B?F/.test(fill.type) };
}

const FLOAT = 1;
const FLOAT_TYPES: readonly number[] = [FLOAT, 10, 11, 16];

export function cast(c: Context): Known {
  const to = integerAttribute(c, "to", 0);
  const x = passed(c);
  if (!isConstant(x)) return to === FLOAT ? x : c.fail(`turns a value into the type ${to}, needs float32`);
  if (FLOAT_TYPES.includes(to)) return { ...x, isInteger: false };
  return { ...x, data: [...x.data].map(Math.trunc), isInteger: true };
}

export function shapeOf(c: Context): Known {
  const { shape } = passed(c);
  return listOf(shape.slice(integerAttribute(c, "start", 0), integerAttribute(c, "end", shape.length)));
}

/** Of constants: picks a size out of a shape. */
export function gather(c: Context): Known {
  const from = constantInput(c, 0, "data");
  const at = constantInput(c, 1, "indices");
  if (from.shape.length !== 1 || integerAttribute(c, "axis", 0) !== 0) c.fail("picks from a table, needs a list");
  const data = integersOf(at).map((i) => from.data[axisOf(c, i, from.data.length)]);
  return { shape: at.shape, data, isInteger: from.isInteger };
}

/** Of constants: a part of a shape. */
export function slice(c: Context): Known {
  const from = constantInput(c, 0, "data");
  if (from.shape.length !== 1) c.fail("cuts a table, needs a list");
  const list = (i: number, name: string): readonly number[] | null => {
    const given = optionalConstant(c, i, name);
    return given ? integersOf(given) : integersAttribute(c, name);
  };
  const [start] = list(1, "starts") ?? c.fail("has no starts");
  const [end] = list(2, "ends") ?? c.fail("has no ends");
  const [step] = list(4, "steps") ?? [1];
  if (step !== 1) c.fail(`has the step ${step}, needs 1`);
  const data = [...from.data].slice(start, end);
  return { shape: [data.length], data, isInteger: from.isInteger };
}

/** The same numbers in the same order under another shape. */
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
  keepsPictures(c, x, [axis]);
  return reshaped(c, x, [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis))]);
}

/** Refuses to move the axis of pictures, unless there is one picture only. */
function keepsPictures(c: Context, x: Known, axes: readonly number[]): void {
  if (!isConstant(x) && c.batch !== 1 && axes.includes(0)) c.fail("moves the axis of pictures, needs it first");
}

function axesOf(c: Context): readonly number[] | null {
  const listed = optionalConstant(c, 1, "axes");
  return listed ? integersOf(listed) : integersAttribute(c, "axes");
}

export function squeeze(c: Context): Known {
  const x = passed(c);
  const axes = axesOf(c)?.map((axis) => axisOf(c, axis, x.shape.length));
  keepsPictures(c, x, axes ?? (x.shape[0] === 1 ? [0] : []));
  const shape = x.shape.filter((extent, axis) => (axes ? !axes.includes(axis) : extent !== 1));
  return reshaped(c, x, shape);
}

export function unsqueeze(c: Context): Known {
  const x = passed(c);
  const given = axesOf(c) ?? c.fail("has no axes");
  const rank = x.shape.length + given.length;
  const axes = given.map((axis) => axisOf(c, axis, rank));
  keepsPictures(c, x, axes);
  const rest = [...x.shape];
  const shape = Array.from({ length: rank }, (_, axis) => (axes.includes(axis) ? 1 : (rest.shift() ?? 1)));
  return reshaped(c, x, shape);
}

const PICTURES_TO_ONNX = [0, 3, 1, 2].join();

export function transpose(c: Context): Known {
  const x = passed(c);
  const given = integersAttribute(c, "perm") ?? x.shape.map((_, axis) => x.shape.length - 1 - axis);
  const permutation = given.map((axis) => axisOf(c, axis, x.shape.length));
  const shape = permutation.map((axis) => x.shape[axis]);
  if (isConstant(x)) return { ...x, shape, data: tensorOf(x).transpose(permutation).toFloat32Array() };
  // [n, h, w, c] turned to ONNX's order is what the graph calls a picture: nothing moves.
  if (!x.turned && permutation.join() === PICTURES_TO_ONNX) return { ...x, shape, turned: true };
  const own = permutation.map((axis) => axisInGraph(x, axis));
  if (own.every((axis, i) => axis === i)) return { ...x, shape, turned: false };
  return { name: c.g.transpose(x.name, own, { name: c.name }), shape, turned: false };
}

export function concat(c: Context): Known {
  const parts = c.inputs.map((part) => part ?? c.fail("has an input left out"));
  const rank = parts[0]?.shape.length ?? c.fail("has no inputs");
  const axis = axisOf(c, integerAttribute(c, "axis", 0), rank);
  if (parts.every(isConstant)) {
    if (rank !== 1) c.fail("joins tables of constants, needs lists");
    const data = parts.flatMap((part) => [...(part as Constant).data]);
    return { shape: [data.length], data, isInteger: parts.every((part) => (part as Constant).isInteger) };
  }
  const values = parts.map((part, i): Value => {
    if (isConstant(part)) return c.fail(`joins a constant (input ${i}) to values`);
    return rank === 4 ? asPictures({ ...c, name: `${c.name}_${i}` }, part) : part;
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

/** Along one axis; before opset 13 along all axes from that one on. */
export function softmax(c: Context): Known {
  const x = valueInput(c);
  const rank = x.shape.length;
  const axis = axisOf(c, integerAttribute(c, "axis", c.opset < 13 ? 1 : -1), rank);
  if (axis === 0) return c.fail("is taken over pictures, needs another axis");
  const isJoined = c.opset < 13 && sizeOf(x.shape.slice(axis + 1)) > 1;
  if (isJoined) {
    const plain = asOnnx(c, x);
    const rows = c.g.reshape(plain.name, [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis))], {
      name: `${c.name}_rows`,
    });
    const name = c.g.reshape(c.g.softmax(rows, { name: c.name }), x.shape, { name: `${c.name}_back` });
    return { ...plain, name };
  }
  const own = axisInGraph(x, axis);
  const last = rank - 1;
  if (own === last) return { ...x, name: c.g.softmax(x.name, { name: c.name }) };
  const swap = x.shape.map((_, i) => (i === own ? last : i === last ? own : i));
  const turned = c.g.transpose(x.name, swap, { name: `${c.name}_last` });
  return { ...x, name: c.g.transpose(c.g.softmax(turned, { name: c.name }), swap, { name: `${c.name}_back` }) };
}
