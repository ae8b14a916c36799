/** @file Functions without a node in the graph, composed of several nodes. */
import { combined } from "./arithmetic.ts";
import { activated, clipped, LARGEST } from "./functions.ts";
import type { Constant, Context, Value } from "./values.ts";

function numberOf(value: number): Constant {
  return { shape: [], data: [value], isInteger: false };
}

/** x · scale + bias as one step. */
function line(c: Context, x: Value, scale: number, bias: number): Value {
  const scaled = scale === 1 ? x : (combined({ ...c, name: c.fresh("scaled") }, "mul", x, numberOf(scale)) as Value);
  return bias === 0 ? scaled : (combined({ ...c, name: c.fresh("shifted") }, "add", scaled, numberOf(bias)) as Value);
}

/** λ · x; below 0, λ · α · (e^x - 1). */
export function seluOf(c: Context, x: Value): Value {
  const [alpha, lambda] = [1.6732632423543772, 1.0507009873554805];
  const elu = { ...x, name: c.g.elu(x.name, { name: c.fresh("elu"), alpha: Math.fround(alpha) }) };
  return combined(c, "mul", elu, numberOf(lambda)) as Value;
}

/** log(1 + e^x) = max(x, 0) + log(1 + e^-|x|), so that nothing overflows. */
export function softplusOf({ g, name, fresh }: Context, x: Value): Value {
  const above = g.activation(x.name, "relu", { name: fresh("above") });
  const falling = g.exp(g.neg(g.abs(x.name, { name: fresh("size") }), { name: fresh("below") }), {
    name: fresh("exp"),
  });
  const zero = g.clamp(falling, { minValue: 1, maxValue: 1, name: fresh("one") });
  const log = g.log(g.add(falling, zero, { name: fresh("sum") }), { name: fresh("log") });
  return { ...x, name: g.add(above, log, { name }) };
}

/** x / (1 + |x|) */
export function softsignOf(c: Context, x: Value): Value {
  const size = { ...x, name: c.g.abs(x.name, { name: c.fresh("size") }) };
  return { ...x, name: c.g.div(x.name, line(c, size, 1, 1).name, { name: c.name }) };
}

/** x · sigmoid(x) */
export function swishOf(c: Context, x: Value): Value {
  const gate = activated({ ...c, name: c.fresh("sigmoid") }, "sigmoid", x);
  return { ...x, name: c.g.mul(x.name, gate.name, { name: c.name }) };
}

/** x · tanh(softplus(x)) */
export function mishOf(c: Context, x: Value): Value {
  const soft = softplusOf({ ...c, name: c.fresh("softplus") }, x);
  const tanh = c.g.tanh(soft.name, { name: c.fresh("tanh") });
  return { ...x, name: c.g.mul(x.name, tanh, { name: c.name }) };
}

/** 1 where x is above t, else 0: a line so steep that no float32 falls in between. */
function stepAt(c: Context, x: Value, t: number): string {
  const steep = line({ ...c, name: c.fresh("above") }, { ...x, name: line(c, x, 1, -t).name }, 1e30, 0);
  return c.g.clamp(steep.name, { minValue: 0, maxValue: 1, name: c.fresh("step") });
}

/** x above t, up to `max`; slope · (x - t) below. */
export function limitedRelu(c: Context, x: Value, max: number, slope: number, t: number): Value {
  const { g, fresh } = c;
  if (t === 0 && slope === 0) return clipped(c, x, 0, max);
  const isOpen = max === Number.POSITIVE_INFINITY;
  const limited = (above: string): string => {
    return isOpen ? above : g.clamp(above, { name: fresh("limited"), maxValue: Math.min(max, LARGEST) });
  };
  if (t === 0) {
    const name = isOpen ? c.name : fresh("leaky");
    return { ...x, name: limited(g.leakyRelu(x.name, { name, alpha: Math.fround(slope) })) };
  }
  const above = limited(g.mul(x.name, stepAt(c, x, t), { name: slope === 0 && isOpen ? c.name : fresh("passed") }));
  if (slope === 0) return { ...x, name: above };
  const below = g.clamp(line(c, x, 1, -t).name, { maxValue: 0, name: fresh("below") });
  const sloped = line({ ...c, name: fresh("sloped") }, { ...x, name: below }, slope, 0).name;
  return { ...x, name: g.add(above, sloped, { name: c.name }) };
}
