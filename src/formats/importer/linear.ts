/** @file Matrix products, and slopes below 0. */
import type { Activation } from "../../geometry/activation.ts";
import { sizeOf } from "../../tensor/shape.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { raised } from "./affine.ts";
import { asBehind, asInFile, axisInGraph, inOrder, withLast } from "./axes.ts";
import { stretched } from "./computed.ts";
import type { Context, Value } from "./values.ts";

/** Multiplies the last axis by a constant matrix [i, o]: a dense layer, or a pointwise one with a pixel per row. */
export function byMatrix(
  c: Context,
  given: Value,
  filter: Tensor,
  bias: Tensor | null,
  activation: Activation = "none",
): Value {
  const [I, O] = filter.shape;
  const x = inOrder(c, given);
  const shape = [...x.shape.slice(0, -1), O];
  if (x.shape[x.shape.length - 1] !== I) c.fail(`multiplies ${x.shape.join("×")} by ${I}×${O}`);
  c.weights.set(`${c.name}/filter`, filter);
  if (bias) c.weights.set(`${c.name}/bias`, bias);
  const spec = { name: c.name, outputs: O, bias: bias !== null, activation };
  if (x.shape.length === 2 && !x.isBehind) {
    const y = c.g.dense(x.name, spec);
    return { name: y, shape: c.g.shapeOf(y), turned: false };
  }
  const rows = c.g.reshape(x.name, [1, sizeOf(x.shape) / I, 1, I], { name: c.fresh("rows") });
  const y = c.g.pointwiseConv2d(rows, spec);
  const name = c.g.reshape(y, x.isBehind ? [1, ...shape] : shape, { name: c.fresh("back") });
  return { ...x, name, shape };
}

/** The matrix product of two values, over their last two axes. */
export function product(c: Context, a: Value, b: Value): Value {
  const isBehind = a.isBehind || b.isBehind;
  const [left, right] = [a, b].map((factor) => (isBehind ? asBehind(c, factor) : asInFile(c, factor)));
  const name = c.g.matmul(left.name, right.name, { name: c.name });
  const shape = c.g.shapeOf(name);
  return { ...left, name, shape: isBehind ? shape.slice(1) : shape };
}

/** Multiplies negative x by a slope, one per index of an axis, or one for all. @param slope broadcasts to x */
export function withSlopes(c: Context, x: Value, slope: Tensor): Value {
  const own = raised(slope.shape, x.shape.length);
  const along = [...own.keys()].filter((axis) => own[axis] > 1);
  const axis = along[0] ?? 1;
  if (own.length > x.shape.length || along.length > 1 || (along.length === 1 && own[axis] !== x.shape[axis])) {
    c.fail(`has slopes ${slope.shape.join("×")} beside ${x.shape.join("×")}, needs one for each channel`);
  }
  c.weights.set(`${c.name}/slope`, stretched(c, slope.reshape([slope.size]), [x.shape[axis]]));
  return { ...x, name: withLast(c, x.name, [axisInGraph(x, axis)], (last) => c.g.prelu(last, { name: c.name })) };
}
