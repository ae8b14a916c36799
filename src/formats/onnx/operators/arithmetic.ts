/** @file ONNX operators on two values, or on a value and a constant. */
import type { BinaryOp } from "../../../geometry/elementwise.ts";
import { broadcastShape, indicesAt, rowMajorStrides } from "../../../tensor/shape.ts";
import { asBehind, asImages } from "../../importer/axes.ts";
import { computed } from "../../importer/computed.ts";
import {
  axisOf,
  type Constant,
  constantInput,
  firstInput,
  isConstant,
  type Known,
  scalarOf,
  type Value,
} from "../../importer/values.ts";
import { type Context, integerAttribute, type Operator } from "../operator.ts";
import { raised, scaledAndShifted } from "./affine.ts";
import { clipped, LARGEST } from "./functions.ts";

/** Attributes of opset 6 and before: b is aligned with a from `axis` on; `consumed_inputs` means nothing. */
const OLD_BROADCAST = ["axis", "broadcast", "consumed_inputs"];

export const add: Operator = arithmetic(() => ({
  constants: (a, b) => a + b,
  op: "add",
  withConstant: (k) => [1, k],
  fromConstant: (k) => [1, k],
}));

export const mul: Operator = arithmetic(() => ({
  constants: (a, b) => a * b,
  op: "mul",
  withConstant: (k) => [k, 0],
  fromConstant: (k) => [k, 0],
}));

export const sub: Operator = arithmetic(() => ({
  constants: (a, b) => a - b,
  op: "sub",
  withConstant: (k) => [1, -k],
  fromConstant: (k) => [-1, k],
}));

export const div: Operator = arithmetic((c) => {
  const isWhole = c.inputs.every((known) => known && isConstant(known) && known.isInteger);
  return {
    constants: (a, b) => (isWhole ? Math.trunc(a / b) : a / b),
    op: "div",
    withConstant: (k) => [1 / k, 0],
    fromConstant: null,
  };
});

interface Arithmetic {
  constants(a: number, b: number): number;
  /** The graph's operation on two values. */
  readonly op: BinaryOp;
  /** x ∘ k as x · scale + bias. */
  withConstant(k: number): readonly [scale: number, bias: number];
  /** k ∘ x as x · scale + bias; null for k / x, which is (1 / x) · k. */
  readonly fromConstant: ((k: number) => readonly [scale: number, bias: number]) | null;
}

/** @param ruleOf for a node */
function arithmetic(ruleOf: (c: Context) => Arithmetic): Operator {
  return { attributes: OLD_BROADCAST, run: (c) => combined(c, ruleOf(c)) };
}

function combined(c: Context, rule: Arithmetic): Known {
  const [a, b] = aligned(c);
  if (isConstant(a) && isConstant(b)) return bothConstants(c, a, b, rule.constants);
  if (isConstant(b)) return scaledAndShifted(c, a as Value, b, (k) => rule.withConstant(k));
  if (isConstant(a)) {
    if (rule.fromConstant !== null) return scaledAndShifted(c, b, a, rule.fromConstant);
    const inverse = { ...b, name: c.g.reciprocal(b.name, { name: c.fresh("reciprocal") }) };
    return scaledAndShifted(c, inverse, a, (k) => [k, 0]);
  }
  return ofValues(c, rule.op, a, b);
}

/** The two inputs, the second with extents of 1 behind its own where an old file says where it begins. */
function aligned(c: Context): readonly [Known, Known] {
  const [a, b] = c.inputs;
  if (!a || !b) return c.fail("needs two inputs");
  const axis = integerAttribute(c, "axis", -1);
  if (integerAttribute(c, "broadcast", 0) === 0 || axis === -1) return [a, b];
  const behind = a.shape.length - axisOf(c, axis, a.shape.length) - b.shape.length;
  if (behind < 0) c.fail(`has the axis ${axis} for ${b.shape.join("×")} beside ${a.shape.join("×")}`);
  const shape = [...b.shape, ...new Array<number>(behind).fill(1)];
  if (isConstant(b)) return [a, { ...b, shape }];
  return [a, { ...b, shape, name: c.g.reshape(b.name, shape, { name: c.fresh("aligned") }) }];
}

function ofValues(c: Context, op: BinaryOp, a: Value, b: Value): Value {
  const [left, right] = inOneOrder(c, a, b);
  const shape = broadcastShape(c.node.op, left.shape, right.shape);
  return { ...left, name: c.g[op](left.name, right.name, { name: c.name }), shape };
}

/** Max and Min, of any number of inputs: a constant of one number limits, as in Clip. */
export function extreme(op: "max" | "min"): Operator {
  return {
    attributes: ["consumed_inputs"],
    run: (c) => {
      const [first, ...others] = c.inputs.map((one) => one ?? c.fail("has an input left out"));
      if (first === undefined) return c.fail("has no inputs");
      return others.reduce<Known>((sum, other, i) => {
        const named = { ...c, name: i === others.length - 1 ? c.name : c.fresh(String(i)) };
        if (isConstant(sum) && isConstant(other)) return bothConstants(named, sum, other, Math[op]);
        if (!isConstant(sum) && !isConstant(other)) return ofValues(named, op, sum, other);
        const [x, k] = isConstant(sum) ? [other as Value, sum] : [sum, other as Constant];
        if (k.data.length > 1) return ofValues(named, op, x, asValue(named, x, k));
        const limit = scalarOf(c, k, "limits");
        return op === "max" ? clipped(named, x, limit, LARGEST) : clipped(named, x, -LARGEST, limit);
      }, first);
    },
  };
}

/** A constant as a value beside x: 0 + k, where 0 is x limited to 0. */
function asValue(c: Context, x: Value, k: Constant): Value {
  const zero = { ...x, name: c.g.clamp(x.name, { minValue: 0, maxValue: 0, name: c.fresh("zero") }) };
  return scaledAndShifted({ ...c, name: c.fresh("constant") }, zero, k, (bias) => [1, bias]);
}

/** Pow, by ½, -1 or whole numbers up to 8, or of constants. */
export const pow: Operator = {
  attributes: OLD_BROADCAST,
  run: (c) => {
    const [x, exponent] = [firstInput(c), constantInput(c, 1, "exponent")];
    if (isConstant(x)) return bothConstants(c, x, exponent, (a, b) => a ** b);
    const k = scalarOf(c, exponent, "exponent");
    if (k === 0.5) return { ...x, name: c.g.sqrt(x.name, { name: c.name }) };
    if (k === -1) return { ...x, name: c.g.reciprocal(x.name, { name: c.name }) };
    if (k === 1) return x;
    if (!(Number.isInteger(k) && k > 0 && k <= 8)) c.fail(`has the exponent ${k}, needs 1/2, -1 or 1 to 8`);
    let power = x.name;
    for (let i = 2; i <= k; i++) power = c.g.mul(power, x.name, { name: i === k ? c.name : c.fresh(`to_the_${i}`) });
    return { ...x, name: power };
  },
};

function bothConstants(c: Context, a: Constant, b: Constant, f: (a: number, b: number) => number): Constant {
  const shape = broadcastShape("constants", a.shape, b.shape);
  const numberAt = ({ shape: own, data }: Constant): ((indices: readonly number[]) => number) => {
    const strides = rowMajorStrides(own);
    const shift = shape.length - own.length;
    return (indices) =>
      data[own.reduce((sum, extent, axis) => sum + (extent === 1 ? 0 : indices[axis + shift] * strides[axis]), 0)];
  };
  const [left, right] = [numberAt(a), numberAt(b)];
  return computed(c, shape, a.isInteger && b.isInteger, (i) => {
    const indices = indicesAt(shape, i);
    return f(left(indices), right(indices));
  });
}

/** Converts both values to images if one of them is one. */
function inOneOrder(c: Context, a: Value, b: Value): readonly [Value, Value] {
  if (a.isBehind || b.isBehind) return [asBehind(c, a), asBehind(c, b)];
  if (a.turned === b.turned) return [a, b];
  const image = (value: Value): Value => {
    const shape = raised(value.shape, 4);
    if (shape.length > 4) return c.fail(`joins ${a.shape.join("×")} and ${b.shape.join("×")}`);
    const isFull = value.turned || value.shape.length === 4;
    const full = isFull ? value.name : c.g.reshape(value.name, shape, { name: c.fresh("wide") });
    return asImages(c, { ...value, name: full, shape });
  };
  return [image(a), image(b)];
}
