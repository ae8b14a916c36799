/** @file Logarithms of probabilities. */
import type { Context } from "./values.ts";

/** Along the last axis: u - log Σ e^u with u = x - max(x), so that nothing overflows. */
export function logSoftmaxOf({ g, name, fresh }: Context, rows: string): string {
  const axes = [-1];
  const largest = g.reduceMax(rows, { axes, keepDimensions: true, name: fresh("max") });
  const u = g.sub(rows, largest, { name: fresh("below_max") });
  const sum = g.reduceSum(g.exp(u, { name: fresh("exp") }), { axes, keepDimensions: true, name: fresh("sum") });
  return g.sub(u, g.log(sum, { name: fresh("log") }), { name });
}
