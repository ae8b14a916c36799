/** @file Keras' normalizations: with statistics from training, of each example, or of the data. */
import { sizeOf } from "../../../tensor/shape.ts";
import { Tensor } from "../../../tensor/tensor.ts";
import { combined } from "../../importer/arithmetic.ts";
import { axisInGraph, withLast } from "../../importer/axes.ts";
import { axesOf, type Constant, type Known, type Value, valueInput } from "../../importer/values.ts";
import { beside, type Context, flagIn, type Layer, layer, numberIn, numbersIn } from "../layer.ts";

export const batchNormalization: Layer = layer((c) => {
  const x = valueInput(c);
  const axes = axesOf(c, numbersIn(c, "axis", [-1]), x.shape.length);
  if (axes.length !== 1 || axes[0] === 0)
    c.fail(`has the axes ${axes.join(", ")}, needs one that is not that of images`);
  const [axis] = axes;
  const channels = x.shape[axis];
  const [isScaled, isShifted] = [flagIn(c, "scale", true), flagIn(c, "center", true)];
  const names = [...(isScaled ? ["gamma"] : []), ...(isShifted ? ["beta"] : []), "moving_mean", "moving_variance"];
  const found = [...c.variables(names)];
  const ones = new Tensor(new Float32Array(channels).fill(1), [channels]);
  const scale = isScaled ? found.shift() : ones;
  const bias = isShifted ? found.shift() : Tensor.zeros([channels]);
  const [mean, variance] = found;
  for (const [role, numbers] of Object.entries({ scale, bias, mean, variance })) {
    if (numbers?.size !== channels) return c.fail(`has ${numbers?.size} numbers as ${role}, needs ${channels}`);
    c.weights.set(`${c.name}/${role}`, numbers.reshape([channels]));
  }
  const spec = { name: c.name, epsilon: numberIn(c, "epsilon", 1e-3) };
  return {
    ...x,
    name: withLast(c, x.name, [axisInGraph(x, axis)], (last) => c.g.batchNormalization(last, spec)),
  };
});

export const layerNormalization: Layer = layer((c) => {
  const x = valueInput(c);
  const axes = [...axesOf(c, numbersIn(c, "axis", [-1]), x.shape.length)].sort((a, b) => a - b);
  if (axes.length === 0 || axes[0] === 0) c.fail(`has the axes ${axes.join(", ")}, needs others than that of images`);
  if (flagIn(c, "rms_scaling", false)) c.fail("has rms_scaling, which is not supported");
  const shape = axes.map((axis) => x.shape[axis]);
  const [scale, bias] = [flagIn(c, "scale", true), flagIn(c, "center", true)];
  const found = c.variables([...(scale ? ["gamma"] : []), ...(bias ? ["beta"] : [])]);
  found.forEach((numbers, i) => {
    const role = scale && i === 0 ? "scale" : "bias";
    if (numbers.size !== sizeOf(shape)) c.fail(`has ${numbers.size} numbers as ${role}, needs ${shape.join("×")}`);
    c.weights.set(`${c.name}/${role}`, numbers.reshape(shape));
  });
  const spec = { name: c.name, axes: axes.length, epsilon: numberIn(c, "epsilon", 1e-3), scale, bias };
  const along = axes.map((axis) => axisInGraph(x, axis));
  return { ...x, name: withLast(c, x.name, along, (last) => c.g.layerNormalization(last, spec)) };
});

/** Makes a constant that broadcasts to a value from numbers along some of its axes. */
function along(c: Context, x: Value, axes: readonly number[], numbers: readonly number[]): Constant {
  const shape = x.shape.map((extent, axis) => (axes.includes(axis) ? extent : 1));
  if (numbers.length !== 1 && numbers.length !== sizeOf(shape)) {
    c.fail(`has ${numbers.length} numbers, needs ${sizeOf(shape)}`);
  }
  return { shape: numbers.length === 1 ? [] : shape, data: [...numbers], isInteger: false };
}

/** x · scale + offset */
export const rescaling: Layer = layer((c) => {
  const x = valueInput(c);
  const last = [x.shape.length - 1];
  const [scale, offset] = [numbersIn(c, "scale"), numbersIn(c, "offset", [0])];
  const isShifted = offset.some((v) => v !== 0);
  const scaled = combined(isShifted ? beside(c, "scaled") : c, "mul", x, along(c, x, last, scale));
  return isShifted ? combined(c, "add", scaled, along(c, x, last, offset)) : scaled;
});

const EPSILON = 1e-7;

/** (x - mean) / max(√variance, ε), or the inverse; with the statistics in the layer's settings or weights. */
export const normalization: Layer = layer((c): Known => {
  const x = valueInput(c);
  const axes = axesOf(c, numbersIn(c, "axis", []), x.shape.length);
  const isStated = c.config.mean !== undefined && c.config.mean !== null;
  const [mean, variance] = isStated
    ? [numbersIn(c, "mean"), numbersIn(c, "variance")]
    : c.variables(["mean", "variance"]).map((t) => [...t.toFloat32Array()]);
  const deviation = variance.map((v) => Math.max(Math.sqrt(v), EPSILON));
  if (flagIn(c, "invert", false)) {
    const wide = combined(beside(c, "wide"), "mul", x, along(c, x, axes, deviation));
    return combined(c, "add", wide, along(c, x, axes, mean));
  }
  const centred = combined(beside(c, "centred"), "sub", x, along(c, x, axes, mean));
  return combined(c, "div", centred, along(c, x, axes, deviation));
});
