/**
 * @file Operators that rearrange elements, pick some, or compute shapes, as in TensorFlow and TensorFlow Lite. Settings
 * that the two store differently are arguments.
 */
import { symmetricIndices } from "../../../geometry/picks.ts";
import { axisInGraph } from "../axes.ts";
import { computed, fewAxes } from "../computed.ts";
import { type Operator, operator } from "../operator.ts";
import { type Cut, cutFrom, cutOf, expanded, gathered, parted, tiled, whole } from "../picks.ts";
import { concatenated, padded, transposed } from "../rearrange.ts";
import { reshapedTo, squeezed, unsqueezed } from "../reshape.ts";
import {
  allInputs,
  axesOf,
  axisOf,
  type Context,
  constantInput,
  firstInput,
  integersOf,
  isConstant,
  type Known,
  scalarOf,
  type Value,
  valueInput,
} from "../values.ts";

export function listInput(c: Context, i: number, what: string): readonly number[] {
  return fewAxes(c, integersOf(constantInput(c, i, what)));
}

export function axisInput(c: Context, i: number, rank: number): number {
  return axisOf(c, scalarOf(c, constantInput(c, i, "axis"), "axis"), rank);
}

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

export function joinedAlong(c: Context, parts: readonly Known[], axis: number): Known {
  return concatenated(c, parts, axisOf(c, axis, parts[0].shape.length));
}

/** Stacks all inputs along a new axis. */
export function packed(c: Context, along: number): Known {
  const parts = allInputs(c);
  const axis = axisOf(c, along, parts[0].shape.length + 1);
  const wide = parts.map((part, i) => unsqueezed({ ...c, name: c.fresh(`part_${i}`) }, part, [axis]));
  return concatenated(c, wide, axis);
}

/** Splits an axis into its elements and removes it. @param count the number of outputs in the file */
export function unpacked(c: Context, along: number, count: number): readonly Known[] {
  const x = firstInput(c);
  const axis = axisOf(c, along, x.shape.length);
  const extent = x.shape[axis];
  if (extent !== count) c.fail(`makes ${extent} of axis ${axis}, the file ${count}`);
  return Array.from({ length: extent }, (_, i) => {
    const cuts = x.shape.map((own, at): Cut => (at === axis ? { first: i, step: 1, count: 1 } : whole(own)));
    const part = cutFrom({ ...c, name: c.fresh(`part_${i}`) }, x, cuts);
    return squeezed({ ...c, name: c.fresh(String(i)) }, part, [axis]);
  });
}

/** The inputs are begins and sizes; a size of -1 takes everything that follows. */
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

/** Bit i of a mask concerns axis i: a begin or end is ignored, or a single element is picked. */
export interface Masks {
  readonly begin: number;
  readonly end: number;
  readonly ellipsis: number;
  readonly newAxis: number;
  readonly shrink: number;
}

export function stridedSliced(c: Context, { begin, end, ellipsis, newAxis, shrink }: Masks): Known {
  const x = firstInput(c);
  const [begins, ends, steps] = ["begins", "ends", "strides"].map((what, i) => listInput(c, i + 1, what));
  const has = (mask: number, i: number): boolean => ((mask >> i) & 1) === 1;
  if (ellipsis !== 0) c.fail("has an ellipsis, needs a begin for each axis");
  if (newAxis !== 0) c.fail("adds an axis, needs none");
  if (begins.length !== ends.length || begins.length !== steps.length || begins.length > x.shape.length) {
    c.fail(`has ${begins.length}, ${ends.length}, ${steps.length} begins, ends, strides for ${x.shape.join("×")}`);
  }
  const picked = begins.flatMap((_, i) => (has(shrink, i) ? [i] : []));
  const cuts = x.shape.map((extent, i): Cut => {
    if (i >= begins.length) return whole(extent);
    if (has(shrink, i)) {
      const at = begins[i] < 0 ? begins[i] + extent : begins[i];
      return at >= 0 && at < extent ? { first: at, step: 1, count: 1 } : c.fail(`picks ${begins[i]} of ${extent}`);
    }
    const isForward = steps[i] > 0;
    const first = has(begin, i) ? (isForward ? 0 : extent) : begins[i];
    const last = has(end, i) ? (isForward ? extent : -extent - 1) : ends[i];
    return cutOf(c, extent, first, last, steps[i]);
  });
  const named = picked.length > 0 ? { ...c, name: c.fresh("cut") } : c;
  const cut = cutFrom(named, x, cuts);
  return picked.length > 0 ? squeezed(c, cut, picked) : cut;
}

/** Splits into equal parts. The inputs are the axis, then the value. */
export function splitEvenly(c: Context, count: number): readonly Value[] {
  const x = valueInput(c, 1);
  const axis = axisInput(c, 0, x.shape.length);
  const size = x.shape[axis] / count;
  if (count < 1 || !Number.isInteger(size)) c.fail(`cuts ${x.shape[axis]} into ${count}`);
  return parted(c, x, new Array<number>(count).fill(size), axis);
}

/** The inputs are the value, sizes (-1: the rest) and the axis. */
export function splitBySizes(c: Context, count: number): readonly Value[] {
  const x = valueInput(c);
  const axis = axisInput(c, 2, x.shape.length);
  const sizes = [...listInput(c, 1, "sizes")];
  const open = sizes.indexOf(-1);
  if (open >= 0) sizes[open] = x.shape[axis] - sizes.reduce((sum, size) => sum + Math.max(size, 0), 0);
  if (sizes.length !== count) c.fail(`has ${sizes.length} sizes, the file ${count} outputs`);
  return parted(c, x, sizes, axis);
}

/** Picks elements of the first input at the indices of the second. */
export function gatheredAlong(c: Context, along: number): Known {
  const x = firstInput(c);
  const at = constantInput(c, 1, "indices");
  const axis = axisOf(c, along, x.shape.length);
  if (at.shape.length > 0 || isConstant(x)) return gathered(c, x, at, axis);
  const one = gathered({ ...c, name: c.fresh("one") }, x, { ...at, shape: [1] }, axis);
  return squeezed(c, one, [axis]);
}

export const tile: Operator = operator((c) => tiled(c, valueInput(c), listInput(c, 1, "multiples")));

export const broadcastTo: Operator = operator((c) => expanded(c, firstInput(c), listInput(c, 1, "shape")));

export const fill: Operator = operator((c) => {
  const [shape, value] = [listInput(c, 0, "shape"), constantInput(c, 1, "value")];
  const number = scalarOf(c, value, "value");
  return computed(c, shape, value.isInteger, () => number);
});

/** Reads a pair for each axis from a table. */
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

/** Maximum elements of an axis mirrored with its edge: the graph lists an index for each. */
const MAX_MIRRORED = 65_536;

/** Mirrors without the edge ("reflect") or with it ("symmetric"). */
export function mirrored(c: Context, mode: "reflect" | "symmetric"): Value {
  const x = valueInput(c);
  const around = paddings(c, x);
  if (mode === "reflect") return padded(c, x, around, "reflection", 0);
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
}

/** Converts [n, h, w, c · b²] to [n, h · b, w · b, c]: blocks of b × b pixels. */
export function depthToSpace(c: Context, b: number): Known {
  const x = valueInput(c);
  const [N, H, W, C] = x.shape;
  const inner = C / (b * b);
  if (x.shape.length !== 4 || b < 1 || !Number.isInteger(inner))
    c.fail(`cuts ${x.shape.join("×")} into blocks of ${b}`);
  return inBlocks(c, x, [N, H, W, b, b, inner], [N, H * b, W * b, inner]);
}

/** The inverse of {@link depthToSpace}. */
export function spaceToDepth(c: Context, b: number): Known {
  const x = valueInput(c);
  const [N, H, W, C] = x.shape;
  const isWhole = H % b === 0 && W % b === 0;
  if (x.shape.length !== 4 || b < 1 || !isWhole) c.fail(`cuts ${x.shape.join("×")} into blocks of ${b}`);
  return inBlocks(c, x, [N, H / b, b, W / b, b, C], [N, H / b, W / b, C * b * b]);
}

/** Reshapes twice, and swaps the middle axes in between. */
function inBlocks(c: Context, x: Value, apart: readonly number[], together: readonly number[]): Known {
  const parts = reshapedTo({ ...c, name: c.fresh("parts") }, x, apart);
  return reshapedTo(c, transposed({ ...c, name: c.fresh("turned") }, parts, [0, 1, 3, 2, 4, 5]), together);
}
