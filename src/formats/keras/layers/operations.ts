/**
 * @file TensorFlow's functions in a Keras 2 model, as layers of the class TFOpLambda. Keras' own MobileNetV3 of those
 * years has many of them.
 *
 *   "config": { "function": "math.multiply" }, "inbound_nodes": [["conv", 0, 0, { "y": 0.16666667 }]]
 */
import { show } from "../../../tensor/errors.ts";
import { combined } from "../../importer/arithmetic.ts";
import { reducedOver } from "../../importer/reduce.ts";
import { axesOf, type Constant, firstInput, type Known, valueInput } from "../../importer/values.ts";
import { type Context, type Layer, layer } from "../layer.ts";
import { applyNamed } from "./activations.ts";

/** The second operand: a value, or a number in the call's arguments. */
function second(c: Context): Known {
  const [, y] = c.inputs;
  if (y) return y;
  const { y: stated } = c.settings;
  if (typeof stated !== "number") return c.fail(`has y ${show(stated)}, needs a value or a number`);
  return { shape: [], data: [stated], isInteger: false } satisfies Constant;
}

function arithmetic(op: "add" | "sub" | "mul" | "div"): Layer {
  return layer((c) => combined(c, op, firstInput(c), second(c)));
}

function activation(name: string): Layer {
  return layer((c) => applyNamed(c, name, valueInput(c)));
}

const mean: Layer = layer((c) => {
  const x = valueInput(c);
  const { axis, keepdims } = c.settings;
  const axes = axesOf(c, [axis].flat().map(Number), x.shape.length);
  return reducedOver(c, "reduceMean", x, axes, keepdims === true);
});

const FUNCTIONS: ReadonlyMap<string, Layer> = new Map([
  ["__operators__.add", arithmetic("add")],
  ["math.add", arithmetic("add")],
  ["math.subtract", arithmetic("sub")],
  ["math.multiply", arithmetic("mul")],
  ["math.truediv", arithmetic("div")],
  ["math.divide", arithmetic("div")],
  ["math.reduce_mean", mean],
  ["math.sigmoid", activation("sigmoid")],
  ["math.tanh", activation("tanh")],
  ["nn.relu", activation("relu")],
  ["nn.relu6", activation("relu6")],
  ["nn.silu", activation("silu")],
  ["nn.softmax", activation("softmax")],
]);

export const tensorflowFunction: Layer = layer((c) => {
  const name = c.config.function;
  const found = typeof name === "string" ? FUNCTIONS.get(name) : undefined;
  return (found ?? c.fail(`applies TensorFlow's ${show(name)}, which is not supported`)).run(c);
});
