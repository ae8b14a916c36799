/** @file TensorFlow Lite's integer layers, whose filters and biases stay integers. */

import { atIndex, permuted, type QuantizedLevels, type QuantizedTensor } from "../../../tensor/quantizedTensor.ts";
import { sizeOf } from "../../../tensor/shape.ts";
import { asInFile } from "../../importer/axes.ts";
import { reshaped } from "../../importer/reshape.ts";
import { constantInput, type Value, valueInput } from "../../importer/values.ts";
import { activationOption, after, type Context, flagOption, fusedInto, type Operator, operator } from "../operator.ts";
import { conv2d, depthwiseConv2d, fullyConnected, windowOf } from "./layers.ts";

function integersOf(c: Context, i: number, what: string): QuantizedTensor {
  const { integers } = constantInput(c, i, what);
  return integers === undefined ? c.fail(`has a ${what} of real numbers for integers`) : integers();
}

/** Options of a layer; its filter and bias become weights. @param filter in the graph's order, with its outputs last */
function layer(c: Context, x: Value, filter: QuantizedTensor, outputs: number, activation: number) {
  const { type, scale, zeroPoint } = filter;
  const bias = c.inputs[2] ? integersOf(c, 2, "bias") : null;
  if (bias !== null) c.weights.set(`${c.name}/bias`, biasOf(c, x, filter, bias, outputs));
  c.weights.set(`${c.name}/filter`, filter);
  if (type === "int32") return c.fail("has a filter of int32, needs int8 or uint8");
  const fused = fusedInto(activationOption(c, activation));
  return { name: c.name, bias: bias !== null, activation: fused, filter: { type, scale, zeroPoint } } as const;
}

/** Relative error that TensorFlow Lite allows for the scale of a bias. */
const TOLERANCE = 0.02;

/** A bias at the scales of the products; the file's own scales must agree with them. */
function biasOf(
  c: Context,
  x: Value,
  filter: QuantizedTensor,
  bias: QuantizedTensor,
  outputs: number,
): QuantizedTensor {
  const { type, data, scale } = bias;
  if (type !== "int32" || data.length !== outputs) {
    return c.fail(`has a bias of ${data.length} ${type}, needs ${outputs} int32`);
  }
  const input = (c.g.levelsOf(x.name) as QuantizedLevels).scale;
  const isOne = typeof filter.scale === "number";
  const products = Array.from({ length: isOne ? 1 : outputs }, (_, o) => Math.fround(input * atIndex(filter.scale, o)));
  products.forEach((product, o) => {
    const found = atIndex(scale, o);
    if (Math.abs(found - product) > TOLERANCE * product) {
      c.fail(`has a bias at the scale ${found}, needs input · filter, ${product}`);
    }
  });
  return { type, shape: [outputs], data, scale: isOne ? products[0] : products, zeroPoint: 0, axis: isOne ? null : 0 };
}

/** The result, followed by the activation if it is not a limit. */
function finished(c: Context, name: string, activation: number): Value {
  const y = { name, shape: c.g.shapeOf(name), turned: false };
  const own = activationOption(c, activation);
  return fusedInto(own) === "none" ? after(c, own, y) : y;
}

/** filter [o, kh, kw, c / groups] */
export const integerConv2d: Operator = operator((c) => {
  const x = asInFile(c, valueInput(c));
  if (c.g.levelsOf(x.name) === null) return conv2d.run(c);
  const filter = permuted(rankFour(c, integersOf(c, 1, "filter")), [1, 2, 3, 0]);
  const [KH, KW, I, O] = filter.shape;
  const window = windowOf(c, x, 4);
  const groups = x.shape[3] / I;
  const isPointwise = KH === 1 && KW === 1 && groups === 1 && window.strides.every((step) => step === 1);
  const own = isPointwise ? { ...filter, shape: [I, O], axis: filter.axis === null ? null : 1 } : filter;
  const spec = { ...layer(c, x, own, O, 3), outputs: O };
  const name = isPointwise
    ? c.g.pointwiseConv2d(x.name, spec)
    : c.g.conv2d(x.name, { ...spec, kernel: [KH, KW], groups, ...window });
  return finished(c, name, 3);
}, true);

/** filter [1, kh, kw, c · multiplier]; with several outputs per channel, a convolution with groups of one channel */
export const integerDepthwiseConv2d: Operator = operator((c) => {
  const x = asInFile(c, valueInput(c));
  if (c.g.levelsOf(x.name) === null) return depthwiseConv2d.run(c);
  const given = rankFour(c, integersOf(c, 1, "filter"));
  const [one, KH, KW, O] = given.shape;
  const C = x.shape[3];
  if (one !== 1 || O % C !== 0) c.fail(`has a filter ${given.shape.join("×")} for ${C} channels`);
  const window = windowOf(c, x, 5);
  const isOne = O === C;
  const axis = given.axis === null ? null : isOne ? 2 : 3;
  const filter = { ...given, shape: isOne ? [KH, KW, C, 1] : [KH, KW, 1, O], axis };
  const spec = { ...layer(c, x, filter, O, 4), kernel: [KH, KW] as const, ...window };
  const name = isOne ? c.g.depthwiseConv2d(x.name, spec) : c.g.conv2d(x.name, { ...spec, outputs: O, groups: C });
  return finished(c, name, 4);
}, true);

function rankFour(c: Context, filter: QuantizedTensor): QuantizedTensor {
  return filter.shape.length === 4 ? filter : c.fail(`has a filter ${filter.shape.join("×")}, needs rank 4`);
}

/** filter [o, i]; the last axis, or the last axes with i elements in total, are multiplied, the others are rows */
export const integerFullyConnected: Operator = operator((c) => {
  const x = valueInput(c);
  if (c.g.levelsOf(x.name) === null) return fullyConnected.run(c);
  const filter = permuted(integersOf(c, 1, "filter"), [1, 0]);
  const [I, O] = filter.shape;
  const rows = [sizeOf(x.shape) / I, I];
  if (flagOption(c, 2)) c.fail("keeps several axes of integers, needs rows");
  const isFlat = x.shape.length === 2 && x.shape[1] === I;
  const flat = isFlat ? x : (reshaped({ ...c, name: c.fresh("flat") }, x, rows) as Value);
  const name = c.g.dense(flat.name, { ...layer(c, x, filter, O, 0), outputs: O });
  return finished(c, name, 0);
});
