/** @file Functions of elements, of two values, and along axes, as in TensorFlow and TensorFlow Lite. */
import type { Activation } from "../../../geometry/activation.ts";
import type { PlainFunction } from "../../../geometry/elementwise.ts";
import type { Reduction } from "../../../geometry/reduction.ts";
import { combined, extremeOf, power } from "../arithmetic.ts";
import { axisInGraph, withLast } from "../axes.ts";
import { activated, applied, clipped } from "../functions.ts";
import { withSlopes } from "../linear.ts";
import { type Operator, operator } from "../operator.ts";
import { largestAlong, reducedOver } from "../reduce.ts";
import { logSoftmaxOf } from "../softmax.ts";
import {
  allInputs,
  axesOf,
  axisOf,
  type Context,
  constantInput,
  firstInput,
  integersOf,
  type Known,
  scalarOf,
  tensorOf,
  type Value,
  valueInput,
} from "../values.ts";

export function activation(name: Activation): Operator {
  return operator((c) => activated(c, name, valueInput(c)), true);
}

export function limited(min: number, max: number): Operator {
  return operator((c) => clipped(c, valueInput(c), min, max), true);
}

export function plain(op: PlainFunction): Operator {
  return operator((c) => applied(c, op));
}

/** The two inputs. */
export function two(c: Context): readonly [Known, Known] {
  const [a, b] = c.inputs;
  return a && b ? [a, b] : c.fail("needs two inputs");
}

export function arithmetic(op: "add" | "sub" | "mul" | "div"): Operator {
  return operator((c) => combined(c, op, ...two(c)));
}

export function extreme(op: "max" | "min"): Operator {
  return operator((c) => extremeOf(c, op, two(c)));
}

export const addN: Operator = operator((c) =>
  allInputs(c).reduce((sum, one, i) => {
    const name = i === c.inputs.length - 1 ? c.name : c.fresh(`sum_${i}`);
    return combined({ ...c, name }, "add", sum, one);
  }),
);

/** x · x, where x is computed from the inputs. */
function squared(c: Context, x: Known): Known {
  return combined(c, "mul", x, x);
}

export const square: Operator = operator((c) => squared(c, firstInput(c)));

export const squaredDifference: Operator = operator((c) =>
  squared(c, combined({ ...c, name: c.fresh("difference") }, "sub", ...two(c))),
);

export const pow: Operator = operator((c) => power(c, firstInput(c), constantInput(c, 1, "exponent")));

export const rsqrt: Operator = operator((c) => {
  const root = applied({ ...c, name: c.fresh("root") }, "sqrt");
  return applied({ ...c, inputs: [root] }, "reciprocal");
});

export function leaky(c: Context, x: Value, alpha: number): Value {
  return { ...x, name: c.g.leakyRelu(x.name, { name: c.name, alpha }) };
}

export const elu: Operator = operator((c) => {
  const x = valueInput(c);
  return { ...x, name: c.g.elu(x.name, { name: c.name }) };
});

export const prelu: Operator = operator((c) => withSlopes(c, valueInput(c), tensorOf(constantInput(c, 1, "slope"))));

/** For constants only. */
export function rounded(round: (x: number) => number): Operator {
  return operator((c) => {
    const x = constantInput(c, 0, "input");
    return { ...x, data: [...x.data].map(round) };
  });
}

/** The axes are the second input. */
export function reduction(c: Context, op: Reduction, keepDimensions: boolean): Known {
  const x = firstInput(c);
  const axes = axesOf(c, integersOf(constantInput(c, 1, "axes")), x.shape.length);
  return reducedOver(c, op, x, axes, keepDimensions);
}

export const argMax: Operator = operator((c) => {
  const x = valueInput(c);
  return largestAlong(c, x, axisOf(c, scalarOf(c, constantInput(c, 1, "axis"), "axis"), x.shape.length), false);
});

/** Applies a formula along the last axis. */
export function alongLast(c: Context, x: Value, formula: (rows: string) => string): Value {
  if (x.shape.length < 2 && !x.isBehind) return c.fail("is taken over images, needs another axis");
  return { ...x, name: withLast(c, x.name, [axisInGraph(x, x.shape.length - 1)], formula) };
}

export function softmaxOf(c: Context, x: Value): Value {
  return alongLast(c, x, (rows) => c.g.softmax(rows, { name: c.name }));
}

export const logSoftmax: Operator = operator((c) => alongLast(c, valueInput(c), (rows) => logSoftmaxOf(c, rows)));
