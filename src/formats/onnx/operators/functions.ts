/** @file Elementwise ONNX operators: activations, limits, plain functions. */
import type { Activation } from "../../../geometry/activation.ts";
import type { GeluForm, PlainFunction } from "../../../geometry/elementwise.ts";
import { computed } from "../../importer/computed.ts";
import { activated, applied, clipped, LARGEST } from "../../importer/functions.ts";
import { constantInput, optionalConstant, scalarOf, valueInput } from "../../importer/values.ts";
import { floatAttribute, type Operator } from "../operator.ts";

/** An operator that is an activation. */
export function unary(activation: Activation): Operator {
  return { attributes: [], run: (c) => activated(c, activation, valueInput(c)) };
}

/** An operator that is a function without parameters. */
export function plain(op: PlainFunction): Operator {
  return { attributes: [], run: (c) => applied(c, op) };
}

/** Ceil and Floor, for constants only. */
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

export const hardSigmoid: Operator = {
  attributes: ["alpha", "beta"],
  run: (c) => {
    const x = valueInput(c);
    const [alpha, beta] = [floatAttribute(c, "alpha", Math.fround(0.2)), floatAttribute(c, "beta", 0.5)];
    if (alpha === Math.fround(1 / 6) && beta === 0.5) return activated(c, "hardSigmoid", x);
    return { ...x, name: c.g.hardSigmoid(x.name, { name: c.name, alpha, beta }) };
  },
};
