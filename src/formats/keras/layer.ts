/** @file Keras layers, and how they read their settings. */
import { show } from "../../tensor/errors.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import { asImages, asInFile, image } from "../importer/axes.ts";
import type { Two } from "../importer/convolutions.ts";
import { type Operator, operator } from "../importer/operator.ts";
import { type Context as AnyContext, type Value, valueInput } from "../importer/values.ts";
import type { Json } from "../json.ts";

/** Whose defaults and formulas apply to a file, where they differ. */
export type Dialect = "keras2" | "keras3" | "tfjs";

/** The context of a layer, apart from its inputs. */
export interface Own {
  readonly config: Json;
  /** Arguments of this call. */
  readonly settings: Json;
  readonly dialect: Dialect;
  /** The layer's weights with these names, in the order in which Keras lists them; throws if one is missing. */
  variables(names: readonly string[]): readonly Tensor[];
}

export type Context = AnyContext & Own;
export type Layer = Operator<Context>;

export function layer(run: Layer["run"]): Layer {
  return operator<Context>(run);
}

/** A setting; undefined if it is absent or null. */
function setting({ config }: Context, name: string): unknown {
  return Object.hasOwn(config, name) ? (config[name] ?? undefined) : undefined;
}

export function numberIn(c: Context, name: string, byDefault?: number): number {
  const value = setting(c, name);
  if (value === undefined && byDefault !== undefined) return byDefault;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  return c.fail(`has ${name} ${show(value)}, needs a number`);
}

export function integerIn(c: Context, name: string, byDefault?: number): number {
  const value = numberIn(c, name, byDefault);
  return Number.isInteger(value) ? value : c.fail(`has ${name} ${value}, needs an integer`);
}

export function flagIn(c: Context, name: string, byDefault: boolean): boolean {
  const value = setting(c, name) ?? byDefault;
  return typeof value === "boolean" ? value : c.fail(`has ${name} ${show(value)}, needs true or false`);
}

export function wordIn<T extends string>(c: Context, name: string, words: readonly T[], byDefault: T): T {
  const value = setting(c, name) ?? byDefault;
  const found = words.find((word) => word === value);
  return found ?? c.fail(`has ${name} ${show(value)}, needs ${words.join(" or ")}`);
}

/** Reads a list of numbers, or one number. @param byDefault undefined: the setting is required */
export function numbersIn(c: Context, name: string, byDefault?: readonly number[]): readonly number[] {
  const value = setting(c, name);
  if (value === undefined && byDefault !== undefined) return byDefault;
  const list = Array.isArray(value) ? value.flat(20) : [value];
  if (list.every((one) => typeof one === "number" && Number.isFinite(one))) return list;
  return c.fail(`has ${name} ${show(value)}, needs numbers`);
}

/** Reads rows and columns; one number is used for both. */
export function pairIn(c: Context, name: string, byDefault?: Two): Two {
  const list = numbersIn(c, name, byDefault);
  const [h, w = h] = list;
  if (list.length > 2 || ![h, w].every(Number.isInteger))
    c.fail(`has ${name} ${list.join(", ")}, needs rows and columns`);
  return [h, w];
}

export function paddingIn(c: Context): "same" | "valid" {
  return wordIn(c, "padding", ["valid", "same"], "valid");
}

/** Whether this layer's images are [n, c, h, w]. */
export function isChannelsFirst(c: Context): boolean {
  return wordIn(c, "data_format", ["channels_last", "channels_first"], "channels_last") === "channels_first";
}

/** The input as the graph's image, and a function that turns a result into a value of the file. */
export function imageOf(c: Context): { readonly x: Value; readonly as: (y: string) => Value } {
  const given = valueInput(c);
  if (isChannelsFirst(c)) return { x: asImages(c, given), as: (y) => image(c, y) };
  const x = asInFile(c, given);
  if (x.shape.length !== 4) c.fail(`takes ${x.shape.join("×")}, needs images of rank 4`);
  return { x, as: (name) => ({ name, shape: c.g.shapeOf(name), turned: false }) };
}

/** The context of another node before or after the layer's own. */
export function beside(c: Context, suffix: string): Context {
  return { ...c, name: c.fresh(suffix) };
}
