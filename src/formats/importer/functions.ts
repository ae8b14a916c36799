/** @file Elementwise functions of a graph's value or of a constant. */
import type { Activation } from "../../geometry/activation.ts";
import type { PlainFunction } from "../../geometry/elementwise.ts";
import { computed } from "./computed.ts";
import { type Context, firstInput, isConstant, type Known, type Value } from "./values.ts";

export function activated(c: Context, activation: Activation, x: Value): Value {
  return { ...x, name: c.g.activation(x.name, activation, { name: c.name }) };
}

/** Applies a function without parameters to the first input. */
export function applied(c: Context, op: PlainFunction): Known {
  const x = firstInput(c);
  if (!isConstant(x)) return { ...x, name: c.g[op](x.name, { name: c.name }) };
  const f = OF_CONSTANTS[op];
  return f ? computed(c, x.shape, false, (i) => f(x.data[i])) : c.fail("works on a constant, needs a value");
}

/** Functions of constants, as in the computation of sizes. */
const OF_CONSTANTS: Readonly<Partial<Record<PlainFunction, (x: number) => number>>> = {
  abs: Math.abs,
  neg: (x) => -x,
  reciprocal: (x) => 1 / x,
  sqrt: Math.sqrt,
  exp: Math.exp,
  log: Math.log,
  tanh: Math.tanh,
};

/** The largest float32, which stands for no limit. */
export const LARGEST = 3.4028234663852886e38;

/** min(max(x, minValue), maxValue); if minValue > maxValue, the result is maxValue. */
export function clipped(c: Context, x: Value, minValue: number, maxValue: number): Value {
  if (minValue === 0 && maxValue === 6) return activated(c, "relu6", x);
  if (minValue === 0 && maxValue >= LARGEST) return activated(c, "relu", x);
  const limits = { minValue: Math.max(Math.min(minValue, maxValue), -LARGEST), maxValue: Math.min(maxValue, LARGEST) };
  return { ...x, name: c.g.clamp(x.name, { name: c.name, ...limits }) };
}
