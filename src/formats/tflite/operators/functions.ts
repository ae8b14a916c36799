/** @file TensorFlow Lite's functions that have options. */
import type { Reduction } from "../../../geometry/reduction.ts";
import { combined } from "../../importer/arithmetic.ts";
import { alongLast, leaky, reduction, softmaxOf, two } from "../../importer/tensorflow/functions.ts";
import { type Value, valueInput } from "../../importer/values.ts";
import { flagOption, floatOption, type Operator, operator, withActivation } from "../operator.ts";

/** Arithmetic with a fused activation. */
export function arithmetic(op: "add" | "sub" | "mul" | "div"): Operator {
  return operator((c) => withActivation(c, 0, () => combined(c, op, ...two(c))));
}

export function reduce(op: Reduction): Operator {
  return operator((c) => reduction(c, op, flagOption(c, 0)));
}

export const leakyRelu: Operator = operator((c) => leaky(c, valueInput(c), floatOption(c, 0)));

export const gelu: Operator = operator((c) => {
  const x = valueInput(c);
  return { ...x, name: c.g.gelu(x.name, { name: c.name, approximate: flagOption(c, 0) ? "tanh" : "none" }) };
});

/** Multiplies the scores by beta first. */
export const softmax: Operator = operator((c) => {
  const x = valueInput(c);
  const beta = floatOption(c, 0);
  const constant = { shape: [], data: [beta], isInteger: false };
  const scores = beta === 1 ? x : (combined({ ...c, name: c.fresh("scores") }, "mul", x, constant) as Value);
  return softmaxOf(c, scores);
});

/** x / √(max(Σ x², 1e-6)) along the last axis */
export const l2Normalization: Operator = operator((c) =>
  withActivation(c, 0, () =>
    alongLast(c, valueInput(c), (x) => {
      const { g, fresh } = c;
      const squares = g.mul(x, x, { name: fresh("squares") });
      const sum = g.reduceSum(squares, { axes: [-1], keepDimensions: true, name: fresh("sum") });
      const large = g.clamp(sum, { minValue: 1e-6, name: fresh("large") });
      return g.div(x, g.sqrt(large, { name: fresh("length") }), { name: c.name });
    }),
  ),
);
