/** @file Arithmetic on two values, on a value and a constant, and on constants. */
import type { BinaryOp } from "../../geometry/elementwise.ts";
import { broadcastShape, indicesAt, rowMajorStrides, sameShape } from "../../tensor/shape.ts";
import { raised, scaledAndShifted } from "./affine.ts";
import { asBehind, asImages } from "./axes.ts";
import { computed } from "./computed.ts";
import { clipped, LARGEST } from "./functions.ts";
import { expanded } from "./picks.ts";
import { type Constant, type Context, isConstant, type Known, scalarOf, type Value } from "./values.ts";

interface Rule {
  constants(a: number, b: number): number;
  /** x ∘ k as x · scale + bias. */
  withConstant(k: number): readonly [scale: number, bias: number];
  /** k ∘ x as x · scale + bias; null for k / x, which is (1 / x) · k. */
  readonly fromConstant: ((k: number) => readonly [scale: number, bias: number]) | null;
}

const RULES: Readonly<Record<"add" | "sub" | "mul" | "div", Rule>> = {
  add: { constants: (a, b) => a + b, withConstant: (k) => [1, k], fromConstant: (k) => [1, k] },
  sub: { constants: (a, b) => a - b, withConstant: (k) => [1, -k], fromConstant: (k) => [-1, k] },
  mul: { constants: (a, b) => a * b, withConstant: (k) => [k, 0], fromConstant: (k) => [k, 0] },
  div: { constants: (a, b) => a / b, withConstant: (k) => [1 / k, 0], fromConstant: null },
};

/** a ∘ b, with NumPy's broadcasting. Integer constants are divided with truncation. */
export function combined(c: Context, op: "add" | "sub" | "mul" | "div", a: Known, b: Known): Known {
  const rule = RULES[op];
  if (isConstant(a) && isConstant(b)) {
    const isWhole = op === "div" && a.isInteger && b.isInteger;
    return ofConstants(c, a, b, isWhole ? (x, y) => Math.trunc(x / y) : rule.constants);
  }
  if (isConstant(b)) return scaledAndShifted(c, wideEnough(c, a as Value, b), b, (k) => rule.withConstant(k));
  if (isConstant(a)) {
    const x = wideEnough(c, b, a);
    if (rule.fromConstant !== null) return scaledAndShifted(c, x, a, rule.fromConstant);
    const inverse = { ...x, name: c.g.reciprocal(x.name, { name: c.fresh("reciprocal") }) };
    return scaledAndShifted(c, inverse, a, (k) => [k, 0]);
  }
  return ofValues(c, op, a, b);
}

/** Broadcasts a value to the shape of a wider constant, except along the batch axis. */
function wideEnough(c: Context, x: Value, { shape }: Constant): Value {
  const wide = broadcastShape(c.name, x.shape, shape);
  if (sameShape(wide, x.shape) || wide.length > x.shape.length || wide[0] !== x.shape[0]) return x;
  return expanded({ ...c, name: c.fresh("wide") }, x, wide) as Value;
}

/** The largest or smallest of any number of operands; a scalar constant becomes a limit. */
export function extremeOf(c: Context, op: "max" | "min", [first, ...others]: readonly [Known, ...Known[]]): Known {
  return others.reduce<Known>((sum, other, i) => {
    const named = { ...c, name: i === others.length - 1 ? c.name : c.fresh(String(i)) };
    if (isConstant(sum) && isConstant(other)) return ofConstants(named, sum, other, Math[op]);
    if (!isConstant(sum) && !isConstant(other)) return ofValues(named, op, sum, other);
    const [x, k] = isConstant(sum) ? [other as Value, sum] : [sum, other as Constant];
    if (k.data.length > 1) return ofValues(named, op, x, asValue(named, x, k));
    const limit = scalarOf(c, k, "limits");
    return op === "max" ? clipped(named, x, limit, LARGEST) : clipped(named, x, -LARGEST, limit);
  }, first);
}

/** x to the power of ½, -1 or a whole number up to 8; constants take any exponent. */
export function power(c: Context, x: Known, exponent: Constant): Known {
  if (isConstant(x)) return ofConstants(c, x, exponent, (a, b) => a ** b);
  const k = scalarOf(c, exponent, "exponent");
  if (k === 0.5) return { ...x, name: c.g.sqrt(x.name, { name: c.name }) };
  if (k === -1) return { ...x, name: c.g.reciprocal(x.name, { name: c.name }) };
  if (k === 1) return x;
  if (!(Number.isInteger(k) && k > 0 && k <= 8)) c.fail(`has the exponent ${k}, needs 1/2, -1 or 1 to 8`);
  let product = x.name;
  for (let i = 2; i <= k; i++) product = c.g.mul(product, x.name, { name: i === k ? c.name : c.fresh(`to_the_${i}`) });
  return { ...x, name: product };
}

function ofValues(c: Context, op: BinaryOp, a: Value, b: Value): Value {
  const [left, right] = inOneOrder(c, a, b);
  const shape = broadcastShape(op, left.shape, right.shape);
  return { ...left, name: c.g[op](left.name, right.name, { name: c.name }), shape };
}

/** A constant as a value of the graph: 0 + k, where 0 is x clamped to 0. */
function asValue(c: Context, x: Value, k: Constant): Value {
  const zero = { ...x, name: c.g.clamp(x.name, { minValue: 0, maxValue: 0, name: c.fresh("zero") }) };
  return scaledAndShifted({ ...c, name: c.fresh("constant") }, zero, k, (bias) => [1, bias]);
}

function ofConstants(c: Context, a: Constant, b: Constant, f: (a: number, b: number) => number): Constant {
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

/** Converts both values to images if one of them is an image. */
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
