/** @file ONNX operators that are functions of single elements: activations, limits, plain functions. */
import type { Activation } from "../../../geometry/activation.ts";
import type { GeluForm, PlainFunction } from "../../../geometry/elementwise.ts";
import { computed } from "../../importer/computed.ts";
import {
  constantInput,
  firstInput,
  isConstant,
  type Known,
  optionalConstant,
  scalarOf,
  type Value,
  valueInput,
} from "../../importer/values.ts";
import { type Context, floatAttribute, type Operator } from "../operator.ts";

function activated(c: Context, activation: Activation, x: Value = valueInput(c)): Known {
  return { ...x, name: c.g.activation(x.name, activation, { name: c.name }) };
}

/** An operator that is an activation. */
export function unary(activation: Activation): Operator {
  return { attributes: [], run: (c) => activated(c, activation) };
}

/** An operator that is a function without parameters. */
export function plain(op: PlainFunction): Operator {
  return {
    attributes: [],
    run: (c) => {
      const x = firstInput(c);
      if (isConstant(x)) {
        const f = CONSTANT_FUNCTIONS[op];
        return f ? computed(c, x.shape, false, (i) => f(x.data[i])) : c.fail("works on a constant, needs a value");
      }
      return { ...x, name: c.g[op](x.name, { name: c.name }) };
    },
  };
}

/** Functions of constants, as in the computation of sizes. */
const CONSTANT_FUNCTIONS: Readonly<Partial<Record<PlainFunction, (x: number) => number>>> = {
  abs: Math.abs,
  neg: (x) => -x,
  reciprocal: (x) => 1 / x,
  sqrt: Math.sqrt,
  exp: Math.exp,
  log: Math.log,
  tanh: Math.tanh,
};

/** Ceil and Floor, of constants alone. */
export function rounded(round: (x: number) => number): Operator {
  return {
    attributes: [],
    run: (c) => {
      const x = constantInput(c, 0, "input");
      return computed(c, x.shape, x.isInteger, (i) => round(x.data[i]));
    },
  };
}

function withAlpha(op: "leakyRelu" | "elu", byDefault: number): Operator {
  return {
    attributes: ["alpha"],
    run: (c) => {
      const x = valueInput(c);
      return { ...x, name: c.g[op](x.name, { name: c.name, alpha: floatAttribute(c, "alpha", byDefault) }) };
    },
  };
}

export const leakyRelu: Operator = withAlpha("leakyRelu", 0.01);
export const elu: Operator = withAlpha("elu", 1);

export const gelu: Operator = {
  attributes: ["approximate"],
  run: (c) => {
    const x = valueInput(c);
    const approximate = c.node.attributes.get("approximate")?.s ?? "none";
    return { ...x, name: c.g.gelu(x.name, { name: c.name, approximate: approximate as GeluForm }) };
  },
};

/** The largest float32: ONNX's limit where none is given. */
export const LARGEST = 3.4028234663852886e38;

export const clip: Operator = {
  attributes: ["min", "max"],
  run: (c) => {
    const limit = (i: number, name: string, fallback: number): number => {
      const constant = optionalConstant(c, i, name);
      return constant ? scalarOf(c, constant, name) : floatAttribute(c, name, fallback);
    };
    return clipped(c, valueInput(c), limit(1, "min", -LARGEST), limit(2, "max", LARGEST));
  },
};

/** min(max(x, minValue), maxValue): where the limits cross, the larger one decides nothing. */
export function clipped(c: Context, x: Value, minValue: number, maxValue: number): Known {
  if (minValue === 0 && maxValue === 6) return activated(c, "relu6", x);
  if (minValue === 0 && maxValue >= LARGEST) return activated(c, "relu", x);
  const limits = { minValue: Math.max(Math.min(minValue, maxValue), -LARGEST), maxValue: Math.min(maxValue, LARGEST) };
  return { ...x, name: c.g.clamp(x.name, { name: c.name, ...limits }) };
}

export const hardSigmoid: Operator = {
  attributes: ["alpha", "beta"],
  run: (c) => {
    const x = valueInput(c);
    const [alpha, beta] = [floatAttribute(c, "alpha", Math.fround(0.2)), floatAttribute(c, "beta", 0.5)];
    if (alpha === Math.fround(1 / 6) && beta === 0.5) return activated(c, "hardSigmoid");
    return { ...x, name: c.g.hardSigmoid(x.name, { name: c.name, alpha, beta }) };
  },
};
