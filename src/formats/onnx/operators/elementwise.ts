/** @file Activations, clipping, and arithmetic on two values or on a value and a constant. */

import type { Activation } from "../../../geometry/activation.ts";
import { broadcastShape, indicesAt, rowMajorStrides, type Shape, sizeOf } from "../../../tensor/shape.ts";
import { Tensor } from "../../../tensor/tensor.ts";
import { asImages, TO_NHWC, withLast } from "../../importer/axes.ts";
import { computed } from "../../importer/computed.ts";
import {
  type Constant,
  isConstant,
  type Known,
  optionalConstant,
  scalarOf,
  tensorOf,
  type Value,
  valueInput,
} from "../../importer/values.ts";
import { type Context, floatAttribute, type Operator } from "../operator.ts";

function activated(c: Context, activation: Activation): Known {
  const x = valueInput(c);
  return { ...x, name: c.g.activation(x.name, activation, { name: c.name }) };
}

/** An operator that is an activation. */
export function unary(activation: Activation): Operator {
  return { attributes: [], run: (c) => activated(c, activation) };
}

/** The largest float32: ONNX's limit where none is given. */
const LARGEST = 3.4028234663852886e38;

export const clip: Operator = {
  attributes: ["min", "max"],
  run: (c) => {
    const x = valueInput(c);
    const limit = (i: number, name: string, fallback: number): number => {
      const constant = optionalConstant(c, i, name);
      return constant ? scalarOf(c, constant, name) : floatAttribute(c, name, fallback);
    };
    const [minValue, maxValue] = [limit(1, "min", -LARGEST), limit(2, "max", LARGEST)];
    if (minValue === 0 && maxValue === 6) return activated(c, "relu6");
    if (minValue === 0 && maxValue >= LARGEST) return activated(c, "relu");
    const limits = { minValue: Math.max(minValue, -LARGEST), maxValue: Math.min(maxValue, LARGEST) };
    return { ...x, name: c.g.clamp(x.name, { name: c.name, ...limits }) };
  },
};

export const hardSigmoid: Operator = {
  attributes: ["alpha", "beta"],
  run: (c) => {
    const x = valueInput(c);
    const [alpha, beta] = [floatAttribute(c, "alpha", Math.fround(0.2)), floatAttribute(c, "beta", 0.5)];
    if (alpha === Math.fround(1 / 6) && beta === 0.5) return activated(c, "hardSigmoid");
    return { ...x, name: c.g.hardSigmoid(x.name, { name: c.name, alpha, beta }) };
  },
};

export const add: Operator = arithmetic(() => ({
  constants: (a, b) => a + b,
  values: "add",
  withConstant: (k) => [1, k],
  fromConstant: (k) => [1, k],
}));

export const mul: Operator = arithmetic(() => ({
  constants: (a, b) => a * b,
  values: "mul",
  withConstant: (k) => [k, 0],
  fromConstant: (k) => [k, 0],
}));

export const sub: Operator = arithmetic(() => ({
  constants: (a, b) => a - b,
  values: null,
  withConstant: (k) => [1, -k],
  fromConstant: (k) => [-1, k],
}));

export const div: Operator = arithmetic((c) => {
  const isWhole = c.inputs.every((known) => known && isConstant(known) && known.isInteger);
  return {
    constants: (a, b) => (isWhole ? Math.trunc(a / b) : a / b),
    values: null,
    withConstant: (k) => [1 / k, 0],
    fromConstant: null,
  };
});

interface Arithmetic {
  constants(a: number, b: number): number;
  /** The graph's operation on two values; null if it has none. */
  readonly values: "add" | "mul" | null;
  /** x ∘ k as x · scale + bias. */
  withConstant(k: number): readonly [scale: number, bias: number];
  /** k ∘ x as x · scale + bias; null if it has no such form. */
  readonly fromConstant: ((k: number) => readonly [scale: number, bias: number]) | null;
}

/** @param ruleOf for a node */
function arithmetic(ruleOf: (c: Context) => Arithmetic): Operator {
  return { attributes: [], run: (c) => combined(c, ruleOf(c)) };
}

function combined(c: Context, rule: Arithmetic): Known {
  const [a, b] = c.inputs;
  if (!a || !b) return c.fail("needs two inputs");
  if (isConstant(a) && isConstant(b)) return bothConstants(c, a, b, rule);
  if (isConstant(b)) return scaledAndShifted(c, a as Value, b, (k) => rule.withConstant(k));
  if (isConstant(a)) {
    return rule.fromConstant ? scaledAndShifted(c, b, a, rule.fromConstant) : c.fail("divides a constant by a value");
  }
  if (rule.values === null) return c.fail("works on two values, which only Add and Mul can");
  const [left, right] = inOneOrder(c, a, b);
  const shape = broadcastShape(c.node.op, left.shape, right.shape);
  return { name: c.g[rule.values](left.name, right.name, { name: c.name }), shape, turned: left.turned };
}

function bothConstants(c: Context, a: Constant, b: Constant, rule: Arithmetic): Constant {
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
    return rule.constants(left(indices), right(indices));
  });
}

/** Prepends extents of 1 up to a rank. */
function raised(shape: Shape, rank: number): Shape {
  return [...new Array<number>(Math.max(0, rank - shape.length)).fill(1), ...shape];
}

/** Converts both values to images if one of them is one. */
function inOneOrder(c: Context, a: Value, b: Value): readonly [Value, Value] {
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

/**
 * Computes x · scale + bias as batch normalization with a mean of 0, a variance of 1 and no ε, which the passes fold
 * into the preceding convolution like any other.
 *
 * Batch norm varies along the last axis only. If the constant varies along other axes, such as one number per pixel,
 * these are transposed to the end and merged into one.
 */
function scaledAndShifted(
  c: Context,
  input: Value,
  constant: Constant,
  rule: (k: number) => readonly [scale: number, bias: number],
): Known {
  const { shape } = input;
  const own = raised(constant.shape, shape.length);
  const fits = own.length === shape.length && own.every((extent, axis) => extent === 1 || extent === shape[axis]);
  if (!fits || own[0] > 1) {
    c.fail(`has a constant ${constant.shape.join("×")} beside ${shape.join("×")}, needs one that broadcasts to it`);
  }
  const isPerChannel = own.length === 4 && own[1] > 1 && sizeOf(own) === own[1];
  const x = isPerChannel ? asImages(c, input) : input;
  const inGraph = c.g.shapeOf(x.name);
  const numbers = tensorOf(constant)
    .reshape(own)
    .transpose(x.turned ? TO_NHWC : [...own.keys()]);
  const along = [...inGraph.keys()].filter((axis) => numbers.shape[axis] > 1);
  const last = inGraph.length - 1;
  if (along.every((axis) => axis === last)) {
    return { ...x, name: affine(c, x.name, numbers.broadcastTo([...own.map(() => 1).slice(1), inGraph[last]]), rule) };
  }
  const name = withLast(c, x.name, along, (turned) => {
    const rows = c.g.reshape(turned, [1, sizeOf(inGraph) / numbers.size, numbers.size], { name: c.fresh("rows") });
    return c.g.reshape(affine(c, rows, numbers, rule), c.g.shapeOf(turned), { name: c.fresh("apart") });
  });
  return { ...x, name };
}

function affine(c: Context, x: string, constant: Tensor, rule: (k: number) => readonly [number, number]): string {
  const numbers = constant.toFloat32Array();
  const weights = {
    scale: (k: number) => rule(k)[0],
    bias: (k: number) => rule(k)[1],
    mean: () => 0,
    variance: () => 1,
  };
  for (const [role, value] of Object.entries(weights)) {
    c.weights.set(`${c.name}/${role}`, new Tensor(numbers.map(value), [numbers.length]));
  }
  return c.g.batchNormalization(x, { name: c.name, epsilon: 0 });
}
