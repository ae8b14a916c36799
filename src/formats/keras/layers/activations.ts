/** @file Activations of Keras: by name, and as layers. */
import type { Activation } from "../../../geometry/activation.ts";
import { show } from "../../../tensor/errors.ts";
import { combined } from "../../importer/arithmetic.ts";
import { axisInGraph, withLast } from "../../importer/axes.ts";
import { limitedRelu, mishOf, seluOf, softplusOf, softsignOf, swishOf } from "../../importer/formulas.ts";
import { activated } from "../../importer/functions.ts";
import { withSlopes } from "../../importer/linear.ts";
import { logSoftmaxOf } from "../../importer/softmax.ts";
import { alongLast, leaky, softmaxOf } from "../../importer/tensorflow/functions.ts";
import { axesOf, axisOf, type Value, valueInput } from "../../importer/values.ts";
import { objectOf } from "../../json.ts";
import { snakeCase } from "../className.ts";
import { beside, type Context, type Layer, layer, numbersIn } from "../layer.ts";

type Formula = (c: Context, x: Value) => Value;

/** Formulas by Keras' names. */
const FORMULAS: ReadonlyMap<string, Formula> = new Map<string, Formula>([
  ["elu", (c, x) => ({ ...x, name: c.g.elu(x.name, { name: c.name }) })],
  ["exponential", (c, x) => ({ ...x, name: c.g.exp(x.name, { name: c.name }) })],
  ["gelu", (c, x) => ({ ...x, name: c.g.gelu(x.name, { name: c.name }) })],
  ["gelu_new", (c, x) => ({ ...x, name: c.g.gelu(x.name, { name: c.name, approximate: "tanh" }) })],
  ["hard_sigmoid", (c, x) => hardSigmoid(c, x)],
  ["hard_silu", (c, x) => activated(c, "hardSwish", x)],
  ["hard_swish", (c, x) => activated(c, "hardSwish", x)],
  ["leaky_relu", (c, x) => leaky(c, x, Math.fround(0.2))],
  ["log_softmax", (c, x) => alongLast(c, x, (rows) => logSoftmaxOf(c, rows))],
  ["mish", mishOf],
  ["relu", (c, x) => activated(c, "relu", x)],
  ["relu6", (c, x) => activated(c, "relu6", x)],
  ["selu", seluOf],
  ["sigmoid", (c, x) => activated(c, "sigmoid", x)],
  ["silu", swishOf],
  ["softmax", (c, x) => softmaxOf(c, x)],
  ["softplus", softplusOf],
  ["softsign", softsignOf],
  ["swish", swishOf],
  ["tanh", (c, x) => ({ ...x, name: c.g.tanh(x.name, { name: c.name }) })],
]);

/** x / 6 + ½ in Keras 3, x / 5 + ½ before. */
function hardSigmoid(c: Context, x: Value): Value {
  if (c.dialect === "keras3") return activated(c, "hardSigmoid", x);
  return { ...x, name: c.g.hardSigmoid(x.name, { name: c.name, alpha: 0.2, beta: 0.5 }) };
}

/** Activations that a convolution or a dense layer can apply itself. */
const OWN: ReadonlyMap<string, Activation> = new Map([
  ["linear", "none"],
  ["relu", "relu"],
  ["relu6", "relu6"],
  ["sigmoid", "sigmoid"],
  ["hard_silu", "hardSwish"],
  ["hard_swish", "hardSwish"],
]);

/** The activation of a layer's sum: applied by the layer itself, or by a node after it. */
export interface Ending {
  readonly activation: Activation;
  after(y: Value): Value;
}

/** The option `activation` of a layer. */
export function endingOf(c: Context): Ending {
  const same = (y: Value): Value => y;
  const given = c.config.activation ?? "linear";
  const name = nameIn(given);
  const own = OWN.get(name) ?? (name === "hard_sigmoid" && c.dialect === "keras3" ? "hardSigmoid" : undefined);
  if (own !== undefined) return { activation: own, after: same };
  return { activation: "none", after: (y) => activatedBy(beside(c, name || "activation"), given, y) };
}

/** Reads TensorFlow.js' "hardSigmoid", or Keras' { "class_name": "function", "config": "relu6" }. */
function nameIn(given: unknown): string {
  const { class_name: className, config } = objectOf(given);
  const name = typeof given === "string" ? given : className === "function" ? config : "";
  return typeof name === "string" ? (/^[a-z]+[A-Z]/.test(name) ? snakeCase(name) : name) : "";
}

function activatedBy(c: Context, given: unknown, x: Value): Value {
  const name = nameIn(given);
  const formula = FORMULAS.get(name);
  if (formula !== undefined) return formula(c, x);
  if (name === "linear") return x;
  const { class_name: className, config } = objectOf(given);
  const own = typeof className === "string" ? ACTIVATION_LAYERS.get(className) : undefined;
  if (own === undefined)
    return c.fail(`has the activation ${show(name || className || given)}, which is not supported`);
  return own.run({ ...c, inputs: [x], config: objectOf(config) }) as Value;
}

const activationLayer: Layer = layer((c) => activatedBy(c, c.config.activation ?? "linear", valueInput(c)));

/** Reads one number, or a list of one, as some versions write it. */
function only(c: Context, names: readonly string[], byDefault: number): number {
  const name = names.find((one) => c.config[one] !== undefined && c.config[one] !== null);
  if (name === undefined) return byDefault;
  const list = numbersIn(c, name);
  return list.length === 1 ? list[0] : c.fail(`has ${list.length} numbers as ${name}, needs 1`);
}

const relu: Layer = layer((c) => {
  const max = only(c, ["max_value"], Number.POSITIVE_INFINITY);
  return limitedRelu(c, valueInput(c), max, only(c, ["negative_slope"], 0), only(c, ["threshold"], 0));
});

const thresholdedRelu: Layer = layer((c) =>
  limitedRelu(c, valueInput(c), Number.POSITIVE_INFINITY, 0, only(c, ["theta"], 1)),
);

const leakyRelu: Layer = layer((c) => leaky(c, valueInput(c), Math.fround(only(c, ["negative_slope", "alpha"], 0.3))));

const elu: Layer = layer((c) => {
  const x = valueInput(c);
  return { ...x, name: c.g.elu(x.name, { name: c.name, alpha: Math.fround(only(c, ["alpha"], 1)) }) };
});

const softmax: Layer = layer((c) => {
  const x = valueInput(c);
  const axes = axesOf(c, numbersIn(c, "axis", [-1]), x.shape.length);
  if (axes.length !== 1) c.fail(`has ${axes.length} axes, needs 1`);
  const axis = axisOf(c, axes[0], x.shape.length);
  if (axis === 0 && !x.isBehind) c.fail("is taken over images, needs another axis");
  return { ...x, name: withLast(c, x.name, [axisInGraph(x, axis)], (rows) => c.g.softmax(rows, { name: c.name })) };
});

/** A slope for each channel, or for each element, as max(x, 0) + slope · min(x, 0). */
const prelu: Layer = layer((c) => {
  const x = valueInput(c);
  const [slope] = c.variables(["alpha"]);
  const isOfAxis = slope.shape.filter((extent) => extent > 1).length <= 1;
  if (isOfAxis && slope.shape.length < x.shape.length) return withSlopes(c, x, slope);
  const below = { ...x, name: c.g.clamp(x.name, { maxValue: 0, name: c.fresh("below") }) };
  const constant = { shape: slope.shape, data: slope.toFloat32Array(), isInteger: false };
  const sloped = combined(beside(c, "sloped"), "mul", below, constant) as Value;
  const above = activated(beside(c, "above"), "relu", x);
  return { ...x, name: c.g.add(above.name, sloped.name, { name: c.name }) };
});

export const ACTIVATION_LAYERS: ReadonlyMap<string, Layer> = new Map([
  ["Activation", activationLayer],
  ["ELU", elu],
  ["LeakyReLU", leakyRelu],
  ["PReLU", prelu],
  ["ReLU", relu],
  ["Softmax", softmax],
  ["ThresholdedReLU", thresholdedRelu],
]);

/** Applies the activation of this name as a node. */
export function applyNamed(c: Context, name: string, x: Value): Value {
  return activatedBy(c, name, x);
}
