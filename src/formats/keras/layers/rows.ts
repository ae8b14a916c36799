/** @file Keras' layers with one spatial axis, [n, w, c], as layers on images of one row. */
import { show } from "../../../tensor/errors.ts";
import { reshapedTo } from "../../importer/reshape.ts";
import { type Value, valueInput } from "../../importer/values.ts";
import type { Json } from "../../json.ts";
import { beside, type Context, isChannelsFirst, type Layer, layer } from "../layer.ts";

/** Settings with a number per spatial axis, and their value for the axis of rows. */
const PER_AXIS: readonly (readonly [name: string, row: number])[] = [
  ["kernel_size", 1],
  ["strides", 1],
  ["dilation_rate", 1],
  ["pool_size", 1],
  ["size", 1],
];
const MARGINS: readonly string[] = ["padding", "cropping"];

/** Applies a layer with two spatial axes to one axis. @param byDefault settings whose defaults differ */
export function ofRow(own: Layer, byDefault: Json = {}): Layer {
  return layer((c) => {
    const x = valueInput(c);
    if (x.shape.length !== 3) c.fail(`takes ${x.shape.join("×")}, needs rank 3`);
    if (isChannelsFirst(c)) c.fail("has channels_first, needs channels_last");
    const [N, W, C] = x.shape;
    const wide = reshapedTo(beside(c, "row"), x, [N, 1, W, C]);
    const variables = (names: readonly string[]) =>
      c.variables(names).map((t) => (t.shape.length === 3 ? t.reshape([1, ...t.shape]) : t));
    const row = own.run({ ...c, inputs: [wide], config: configOf(c, byDefault), variables }) as Value;
    return reshapedTo(beside(c, "flat"), row, [row.shape[0], row.shape[2], row.shape[3]]);
  });
}

function configOf(c: Context, byDefault: Json): Json {
  const config: Record<string, unknown> = { ...byDefault, ...c.config };
  for (const [name, row] of PER_AXIS) {
    const value = config[name];
    if (value === undefined || value === null) continue;
    const list = [value].flat();
    if (list.length !== 1) c.fail(`has ${name} ${show(value)}, needs one number`);
    config[name] = [row, list[0]];
  }
  for (const name of MARGINS) {
    const list = [config[name]].flat();
    if (typeof list[0] !== "number") continue; // padding is also a rule, "same"
    config[name] = [[0, 0], list.length === 1 ? [list[0], list[0]] : list];
  }
  return config;
}
