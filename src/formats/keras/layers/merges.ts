/** @file Keras' layers that merge several values into one. */
import { combined, extremeOf } from "../../importer/arithmetic.ts";
import { concatenated } from "../../importer/rearrange.ts";
import { allInputs, axisOf, type Known, type Value } from "../../importer/values.ts";
import { type Context, integerIn, type Layer, layer } from "../layer.ts";

function inputsOf(c: Context, min: number): readonly [Known, ...Known[]] {
  if (c.inputs.length < min) c.fail(`reads ${c.inputs.length} values, needs ${min} or more`);
  return allInputs(c);
}

/** Combines the first input with the second, the result with the third, and so on. */
function folded(c: Context, op: "add" | "mul" | "sub", name: string = c.name): Known {
  const inputs = inputsOf(c, 2);
  return inputs.slice(1).reduce<Known>((sum, input, i) => {
    return combined({ ...c, name: i === inputs.length - 2 ? name : c.fresh(String(i)) }, op, sum, input);
  }, inputs[0]);
}

export const add: Layer = layer((c) => folded(c, "add"));
export const multiply: Layer = layer((c) => folded(c, "mul"));

export const subtract: Layer = layer((c) => {
  if (c.inputs.length !== 2) c.fail(`reads ${c.inputs.length} values, needs 2`);
  return folded(c, "sub");
});

export const average: Layer = layer((c) => {
  const sum = folded(c, "add", c.fresh("sum"));
  const share = { shape: [], data: [1 / c.inputs.length], isInteger: false };
  return combined(c, "mul", sum, share);
});

export const maximum: Layer = layer((c) => extremeOf(c, "max", inputsOf(c, 2)));
export const minimum: Layer = layer((c) => extremeOf(c, "min", inputsOf(c, 2)));

export const concatenate: Layer = layer((c) => {
  const parts = inputsOf(c, 1);
  return concatenated(c, parts, axisOf(c, integerIn(c, "axis", -1), (parts[0] as Value).shape.length));
});
