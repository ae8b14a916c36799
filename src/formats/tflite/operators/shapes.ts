/** @file TensorFlow Lite's operators that rearrange elements, pick some, or compute shapes. */
import { symmetricIndices } from "../../../geometry/picks.ts";
import { int32s } from "../../bytes/flatbuffers.ts";
import { axisInGraph } from "../../importer/axes.ts";
import { computed, fewAxes } from "../../importer/computed.ts";
import { type Cut, cutFrom, cutOf, expanded, gathered, parted, tiled, whole } from "../../importer/picks.ts";
import { concatenated, padded, transposed } from "../../importer/rearrange.ts";
import { reshapedTo, squeezed, unsqueezed } from "../../importer/reshape.ts";
import {
  axesOf,
  axisOf,
  constantInput,
  firstInput,
  integersOf,
  isConstant,
  type Known,
  scalarOf,
  type Value,
  valueInput,
} from "../../importer/values.ts";
import { byteOption, type Context, flagOption, intOption, type Operator, operator } from "../operator.ts";

function listInput(c: Context, i: number, what: string): readonly number[] {
  return fewAxes(c, integersOf(constantInput(c, i, what)));
}

function axisInput(c: Context, i: number, rank: number): number {
  return axisOf(c, scalarOf(c, constantInput(c, i, "axis"), "axis"), rank);
}

/** The shape is the second input, or an option of old files. */
export const reshape: Operator = operator((c) => {
  const listed = c.inputs[1] ? listInput(c, 1, "shape") : c.options && int32s(c.options, 0);
  return reshapedTo(c, firstInput(c), fewAxes(c, listed ?? c.fail("has no shape")));
});

export const squeeze: Operator = operator((c) => {
  const axes = c.options === null ? null : int32s(c.options, 0);
  return squeezed(c, firstInput(c), axes === null || axes.length === 0 ? null : fewAxes(c, axes));
});

export const expandDims: Operator = operator((c) => {
  const x = firstInput(c);
  return unsqueezed(c, x, [axisInput(c, 1, x.shape.length + 1)]);
});

export const shapeOf: Operator = operator((c) => {
  const { shape } = firstInput(c);
  return computed(c, [shape.length], true, (i) => shape[i]);
});

export const rank: Operator = operator((c) => {
  const { shape } = firstInput(c);
  return computed(c, [], true, () => shape.length);
});

export const transpose: Operator = operator((c) => {
  const x = firstInput(c);
  const permutation = axesOf(c, listInput(c, 1, "permutation"), x.shape.length);
  if (permutation.length !== x.shape.length)
    c.fail(`has the permutation ${permutation.join(", ")} for ${x.shape.join("×")}`);
  return transposed(c, x, permutation);
});

/** TensorFlow Lite itself takes no activation here. */
export const concatenation: Operator = operator((c) => {
  if (byteOption(c, 1) !== 0) c.fail("has a fused activation, needs none");
  const parts = c.inputs.map((part) => part ?? c.fail("has an input left out"));
  const rankOf = parts[0]?.shape.length ?? c.fail("has no inputs");
  return concatenated(c, parts, axisOf(c, intOption(c, 0), rankOf));
});

export const pack: Operator = operator((c) => {
  const parts = c.inputs.map((part) => part ?? c.fail("has an input left out"));
  const rankOf = (parts[0]?.shape.length ?? c.fail("has no inputs")) + 1;
  const axis = axisOf(c, intOption(c, 1), rankOf);
  const wide = parts.map((part, i) => unsqueezed({ ...c, name: c.fresh(`part_${i}`) }, part, [axis]));
  return concatenated(c, wide, axis);
});

export const unpack: Operator = operator((c) => {
  const x = firstInput(c);
  const axis = axisOf(c, intOption(c, 1), x.shape.length);
  const extent = x.shape[axis];
  if (extent !== c.outputs) c.fail(`makes ${extent} of axis ${axis}, the file ${c.outputs}`);
  return Array.from({ length: extent }, (_, i) => {
    const cuts = x.shape.map((own, at): Cut => (at === axis ? { first: i, step: 1, count: 1 } : whole(own)));
    const part = cutFrom({ ...c, name: c.fresh(`part_${i}`) }, x, cuts);
    return squeezed({ ...c, name: c.fresh(String(i)) }, part, [axis]);
  });
});

/** Begins and sizes; a size of -1: all that follows. */
export const slice: Operator = operator((c) => {
  const x = firstInput(c);
  const [begins, sizes] = [listInput(c, 1, "begins"), listInput(c, 2, "sizes")];
  if (begins.length !== x.shape.length || sizes.length !== x.shape.length) {
    c.fail(`has ${begins.length} begins and ${sizes.length} sizes for ${x.shape.join("×")}`);
  }
  return cutFrom(
    c,
    x,
    x.shape.map((extent, axis) => {
      const count = sizes[axis] === -1 ? extent - begins[axis] : sizes[axis];
      if (begins[axis] < 0 || count < 0 || begins[axis] + count > extent) {
        c.fail(`takes ${count} from ${begins[axis]} on along axis ${axis}, which has ${extent}`);
      }
      return { first: begins[axis], step: 1, count };
    }),
  );
});

/** Bit i of a mask is about axis i: where a begin or end counts for nothing, or one element is picked. */
export const stridedSlice: Operator = operator((c) => {
  const x = firstInput(c);
  const [begins, ends, steps] = ["begins", "ends", "strides"].map((what, i) => listInput(c, i + 1, what));
  const has = (mask: number, i: number): boolean => ((intOption(c, mask) >> i) & 1) === 1;
  if (intOption(c, 2) !== 0) c.fail("has an ellipsis, needs a begin for each axis");
  if (intOption(c, 3) !== 0) c.fail("adds an axis, needs none");
  if (flagOption(c, 5)) c.fail("has ends that count from the begins, needs ends");
  if (begins.length !== ends.length || begins.length !== steps.length || begins.length > x.shape.length) {
    c.fail(`has ${begins.length}, ${ends.length}, ${steps.length} begins, ends, strides for ${x.shape.join("×")}`);
  }
  const picked = begins.flatMap((_, i) => (has(4, i) ? [i] : []));
  const cuts = x.shape.map((extent, i): Cut => {
    if (i >= begins.length) return whole(extent);
    if (has(4, i)) {
      const at = begins[i] < 0 ? begins[i] + extent : begins[i];
      return at >= 0 && at < extent ? { first: at, step: 1, count: 1 } : c.fail(`picks ${begins[i]} of ${extent}`);
    }
    const isForward = steps[i] > 0;
    const first = has(0, i) ? (isForward ? 0 : extent) : begins[i];
    const end = has(1, i) ? (isForward ? extent : -extent - 1) : ends[i];
    return cutOf(c, extent, first, end, steps[i]);
  });
  const named = picked.length > 0 ? { ...c, name: c.fresh("cut") } : c;
  const cut = cutFrom(named, x, cuts);
  return picked.length > 0 ? squeezed(c, cut, picked) : cut;
});

/** The axis, then the value: parts of one size. */
export const split: Operator = operator((c) => {
  const x = valueInput(c, 1);
  const axis = axisInput(c, 0, x.shape.length);
  const size = x.shape[axis] / c.outputs;
  if (!Number.isInteger(size)) c.fail(`cuts ${x.shape[axis]} into ${c.outputs}`);
  return parted(c, x, new Array<number>(c.outputs).fill(size), axis);
});

/** The value, sizes (-1: what is left), the axis. */
export const splitV: Operator = operator((c) => {
  const x = valueInput(c);
  const axis = axisInput(c, 2, x.shape.length);
  const sizes = [...listInput(c, 1, "sizes")];
  const open = sizes.indexOf(-1);
  if (open >= 0) sizes[open] = x.shape[axis] - sizes.reduce((sum, size) => sum + Math.max(size, 0), 0);
  if (sizes.length !== c.outputs) c.fail(`has ${sizes.length} sizes, the file ${c.outputs} outputs`);
  return parted(c, x, sizes, axis);
});

export const gather: Operator = operator((c) => {
  if (intOption(c, 1) !== 0) c.fail("has batch_dims, needs 0");
  const x = firstInput(c);
  const at = constantInput(c, 1, "indices");
  const axis = axisOf(c, intOption(c, 0), x.shape.length);
  if (at.shape.length > 0 || isConstant(x)) return gathered(c, x, at, axis);
  const one = gathered({ ...c, name: c.fresh("one") }, x, { ...at, shape: [1] }, axis);
  return squeezed(c, one, [axis]);
});

export const tile: Operator = operator((c) => tiled(c, valueInput(c), listInput(c, 1, "multiples")));

export const broadcastTo: Operator = operator((c) => expanded(c, firstInput(c), listInput(c, 1, "shape")));

export const fill: Operator = operator((c) => {
  const [shape, value] = [listInput(c, 0, "shape"), constantInput(c, 1, "value")];
  const number = scalarOf(c, value, "value");
  return computed(c, shape, value.isInteger, () => number);
});

/** Pairs for each axis, as a table. */
function paddings(c: Context, x: Value): readonly (readonly [number, number])[] {
  const { shape, data } = constantInput(c, 1, "paddings");
  if (shape.length !== 2 || shape[0] !== x.shape.length || shape[1] !== 2) {
    c.fail(`has paddings ${shape.join("×")}, needs ${x.shape.length}×2`);
  }
  return x.shape.map((_, axis) => [data[2 * axis], data[2 * axis + 1]] as const);
}

export const pad: Operator = operator((c) => {
  const x = valueInput(c);
  return padded(c, x, paddings(c, x), "constant", 0);
});

export const padV2: Operator = operator((c) => {
  const x = valueInput(c);
  return padded(c, x, paddings(c, x), "constant", scalarOf(c, constantInput(c, 2, "value"), "value"));
});

/** Elements of an axis that is mirrored with its edge: the graph has a list of them. */
const MAX_MIRRORED = 65_536;

/** Without the edge, REFLECT, or with it, SYMMETRIC. */
export const mirrorPad: Operator = operator((c) => {
  const x = valueInput(c);
  const around = paddings(c, x);
  const mode = byteOption(c, 0);
  if (mode === 0) return padded(c, x, around, "reflection", 0);
  if (mode !== 1) return c.fail(`has the mode ${mode}, needs REFLECT or SYMMETRIC`);
  const grown = [...x.shape.keys()].filter((axis) => around[axis][0] + around[axis][1] > 0);
  let value: Value = x;
  grown.forEach((axis, i) => {
    const [before, after] = around[axis];
    const extent = value.shape[axis];
    if (Math.max(before, after) > extent) c.fail(`mirrors ${Math.max(before, after)} of ${extent} elements`);
    if (axis === 0 && !value.isBehind) c.fail("mirrors images, which stay apart");
    if (before + extent + after > MAX_MIRRORED) c.fail(`makes more than ${MAX_MIRRORED} elements of axis ${axis}`);
    const indices = symmetricIndices(extent, before, after);
    const name = i === grown.length - 1 ? c.name : c.fresh(`along_${axis}`);
    const shape = value.shape.with(axis, indices.length);
    value = { ...value, shape, name: c.g.gather(value.name, indices, axisInGraph(value, axis), { name }) };
  });
  return value;
});

/** [n, h, w, c · b²] to [n, h · b, w · b, c], or back. */
export function depthAndSpace(toSpace: boolean): Operator {
  return operator((c): Known => {
    const x = valueInput(c);
    const b = intOption(c, 0);
    const [N, H, W, C] = x.shape;
    const isWhole = toSpace ? C % (b * b) === 0 : H % b === 0 && W % b === 0;
    if (x.shape.length !== 4 || b < 1 || !isWhole) return c.fail(`cuts ${x.shape.join("×")} into blocks of ${b}`);
    const apart = toSpace ? [N, H, W, b, b, C / (b * b)] : [N, H / b, b, W / b, b, C];
    const together = toSpace ? [N, H * b, W * b, C / (b * b)] : [N, H / b, W / b, C * b * b];
    const parts = reshapedTo({ ...c, name: c.fresh("parts") }, x, apart);
    const order = [0, 1, 3, 2, 4, 5];
    return reshapedTo(c, transposed({ ...c, name: c.fresh("turned") }, parts, order), together);
  });
}
