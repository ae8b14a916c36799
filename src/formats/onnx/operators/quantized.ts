/**
 * @file ONNX operators on eight-bit integers, computed in float32: quantise(op(dequantise(x))).
 *
 * Values that are integers in the file are the real numbers that these represent.
 */
import type { Origin } from "../../../graph/quantized/roundings.ts";
import type { QuantizedType } from "../../../tensor/quantizedTensor.ts";
import { type Shape, sizeOf } from "../../../tensor/shape.ts";
import { Tensor } from "../../../tensor/tensor.ts";
import { affine, scaledAndShifted } from "../../importer/affine.ts";
import { asImages, image } from "../../importer/axes.ts";
import {
  axisOf,
  type Constant,
  constantInput,
  isConstant,
  type Known,
  type Levels,
  optionalConstant,
  scalarOf,
  type Value,
  valueInput,
} from "../../importer/values.ts";
import { type Context, integerAttribute, type Operator } from "../operator.ts";
import { add } from "./arithmetic.ts";
import { conv, gemm, matMul } from "./linear.ts";
import { WINDOW } from "./window.ts";

const TYPES: ReadonlyMap<string | undefined, QuantizedType> = new Map([
  ["I8", "int8"],
  ["U8", "uint8"],
]);

/** A scale and a zero point, read from two inputs. */
interface Quantization {
  readonly scale: number;
  readonly zeroPoint: number;
  readonly type: QuantizedType;
}

/** @returns the type null if the zero point, which carries it, is left out */
function levelsAt(
  c: Context,
  i: number,
): Levels & { readonly scale: number; readonly type: string | undefined | null } {
  const scale = scalarOf(c, constantInput(c, i, "scale"), "scale");
  const point = optionalConstant(c, i + 1, "zero point");
  if (point === null) return { scale, zeroPoint: 0, type: null };
  return { scale, zeroPoint: scalarOf(c, point, "zero point"), type: point.type };
}

function quantizationAt(c: Context, i: number): Quantization {
  const { type: stored, ...levels } = levelsAt(c, i);
  const type = stored === null ? "uint8" : TYPES.get(stored);
  if (type === undefined) return c.fail(`has levels of the type ${stored}, needs int8 or uint8`);
  return { ...levels, type };
}

/** Rounds a value to levels. */
function quantized(c: Context, x: Value, quantization: Quantization, name: string = c.name): Value {
  const { scale, zeroPoint } = quantization;
  return { ...x, name: c.g.fakeQuantize(x.name, { name, ...quantization }), levels: { scale, zeroPoint } };
}

export const quantizeLinear: Operator = {
  attributes: ["axis", "block_size", "output_dtype", "precision", "saturate"],
  run: (c) => quantized(c, valueInput(c), quantizationAt(c, 1)),
};

export const dequantizeLinear: Operator = {
  takesLevels: true,
  attributes: ["axis", "block_size", "output_dtype"],
  run: (c) => {
    const [x] = c.inputs;
    if (x && isConstant(x)) return realNumbers(c, x, 1, integerAttribute(c, "axis", 1));
    return real(c, valueInput(c), 1);
  },
};

/** A value's real numbers. Scale and zero point must be those that it was quantised with. */
function real(c: Context, x: Value, i: number): Value {
  const { scale, zeroPoint } = levelsAt(c, i);
  if (x.levels === undefined) return c.fail("dequantises a value that was not quantised");
  if (x.levels.scale !== scale || x.levels.zeroPoint !== zeroPoint) {
    return c.fail(
      `has scale ${scale} and zero point ${zeroPoint}, its input ${x.levels.scale} and ${x.levels.zeroPoint}`,
    );
  }
  return { ...x, levels: undefined };
}

/** Returns a function from an element's index to its number: one per index of an axis, or one for all. */
function along(numbers: Constant, shape: Shape, axis: number): (at: number) => number {
  const { data } = numbers;
  if (data.length === 1) return () => data[0];
  const step = sizeOf(shape.slice(axis + 1));
  return (at) => data[Math.floor(at / step) % data.length];
}

function zeroPointAt(c: Context, i: number): Constant {
  return optionalConstant(c, i, "zero point") ?? { shape: [], data: [0], isInteger: true };
}

/** (integer - zero point) · scale, with one scale for all or one per index of an axis. */
function realNumbers(c: Context, x: Constant, i: number, givenAxis: number): Constant {
  const scale = constantInput(c, i, "scale");
  const isAlong = scale.data.length > 1;
  const axis = isAlong ? axisOf(c, givenAxis, x.shape.length) : 0;
  if (isAlong && scale.data.length !== x.shape[axis]) {
    return c.fail(`has ${scale.data.length} scales along an axis of ${x.shape[axis]}`);
  }
  const step = along(scale, x.shape, axis);
  const point = along(zeroPointAt(c, i + 1), x.shape, axis);
  const data = Float32Array.from(x.data, (integer, at) => (integer - point(at)) * step(at));
  const origin = originOf(x, scale, zeroPointAt(c, i + 1));
  if (origin !== undefined) c.origins.set(data, origin);
  return { shape: x.shape, data, isInteger: false };
}

const STORED: ReadonlyMap<string | undefined, Origin["type"]> = new Map([...TYPES, ["I32", "int32"]]);

/** The integers of a constant with at most one scale per output, to be found again after they have been moved. */
function originOf({ type, data }: Constant, scale: Constant, point: Constant): Origin | undefined {
  const stored = STORED.get(type);
  if (stored === undefined) return undefined;
  const scales = Array.from(scale.data, Math.fround);
  const zeroPoints = scales.map((_, o) => point.data[point.data.length > 1 ? o : 0]);
  return { type: stored, scales, zeroPoints, integers: data };
}

/** Integers minus their zero point, one for all or one per index of an axis. */
function withoutZeroPoint(c: Context, x: Constant, i: number, axis: number): Constant {
  const point = along(zeroPointAt(c, i), x.shape, axis);
  return { shape: x.shape, data: Float32Array.from(x.data, (integer, at) => integer - point(at)), isInteger: false };
}

/** Runs another operator on real numbers, and rounds its result to levels. */
function rounded(c: Context, operator: Operator, inputs: readonly (Known | null)[], i: number): Known {
  const result = operator.run({ ...c, inputs }) as Value;
  return quantized(c, result, quantizationAt(c, i), c.fresh("rounded"));
}

/** x, its scale and zero point, filter, its own, those of the result, bias in steps of the product of both scales */
export const qLinearConv: Operator = {
  takesLevels: true,
  attributes: [...WINDOW, "group"],
  run: (c) => {
    const x = real(c, valueInput(c), 1);
    const filter = realNumbers(c, constantInput(c, 3, "filter"), 4, 0);
    const bias = optionalConstant(c, 8, "bias");
    return rounded(c, conv, [x, filter, bias && biasOf(c, bias, 1, 4)], 6);
  },
};

function biasOf(c: Context, bias: Constant, ofInput: number, ofFilter: number): Constant {
  const [x, w] = [constantInput(c, ofInput, "scale"), constantInput(c, ofFilter, "scale")];
  const step = along(w, bias.shape, 0);
  const data = Float32Array.from(bias.data, (value, o) => value * (x.data[0] * step(o)));
  const scales = Array.from(data, (_, o) => Math.fround(x.data[0] * step(o)));
  c.origins.set(data, { type: "int32", scales, zeroPoints: scales.map(() => 0), integers: bias.data });
  return { shape: bias.shape, data, isInteger: false };
}

/** com.microsoft: a, its scale and zero point, b, its own, those of the sum */
export const qLinearAdd: Operator = {
  takesLevels: true,
  attributes: [],
  run: (c) => {
    const sum = rounded(c, add, [real(c, valueInput(c, 0), 1), real(c, valueInput(c, 3), 4)], 6);
    c.roundedSums.add((sum as Value).name);
    return sum;
  },
};

/** com.microsoft: a, its scale and zero point, b, its own, c; scale and zero point of the result, or a real one */
export const qGemm: Operator = {
  takesLevels: true,
  attributes: ["alpha", "transA", "transB"],
  run: (c) => {
    const x = real(c, valueInput(c), 1);
    const isTurned = integerAttribute(c, "transB", 0) !== 0;
    const filter = realNumbers(c, constantInput(c, 3, "second factor"), 4, isTurned ? 0 : 1);
    const bias = optionalConstant(c, 6, "bias");
    const inputs = [x, filter, bias && biasOf(c, bias, 1, 4)];
    return c.inputs[7] ? rounded(c, gemm, inputs, 7) : gemm.run({ ...c, inputs });
  },
};

/** com.microsoft: x, its scale and zero point, those of the mean */
export const qLinearGlobalAveragePool: Operator = {
  takesLevels: true,
  attributes: ["channels_last"],
  run: (c) => {
    if (integerAttribute(c, "channels_last", 0) !== 0) c.fail("has channels_last 1, needs 0");
    const x = asImages(c, real(c, valueInput(c), 1));
    const mean = image(c, c.g.globalAveragePool2d(x.name, { name: c.name }));
    return quantized(c, mean, quantizationAt(c, 3), c.fresh("rounded"));
  },
};

/**
 *   y = limit(roundEven(x / scale) + zero point)
 *   scale = (max(x, 0) - min(x, 0)) / 255,  zero point = roundEven(-min / scale)
 *
 * The graph has y minus its zero point: operators that read both subtract it.
 */
export const dynamicQuantizeLinear: Operator = {
  attributes: [],
  hasMany: true,
  run: (c) => {
    const x = valueInput(c);
    const { g, fresh } = c;
    const axes = [...g.shapeOf(x.name).keys()].slice(1);
    const all = { axes, keepDimensions: true };
    const max = g.clamp(g.reduceMax(x.name, { ...all, name: fresh("max") }), { minValue: 0, name: fresh("top") });
    const min = g.clamp(g.reduceMin(x.name, { ...all, name: fresh("min") }), { maxValue: 0, name: fresh("bottom") });
    const range = g.clamp(g.sub(max, min, { name: fresh("range") }), { minValue: 1e-35, name: fresh("reach") });
    const scale = affine({ ...c, name: fresh("scale") }, range, Tensor.zeros([1]), () => [1 / 255, 0]);
    const below = g.roundEven(g.div(min, scale, { name: fresh("lowest") }), { name: fresh("below") }); // - zero point
    const levels = g.roundEven(g.div(x.name, scale, { name: fresh("ratio") }), { name: fresh("levels") });
    const top = affine({ ...c, name: fresh("highest") }, below, Tensor.zeros([1]), () => [1, 255]);
    const y = g.min(g.max(levels, below, { name: fresh("raised") }), top, { name: c.name });
    const one = x.shape.map(() => 1);
    const isImage = x.turned;
    return [
      { ...x, name: y, levels: { scale: null, zeroPoint: 0 } },
      { name: scale, shape: one, turned: isImage },
      { name: below, shape: one, turned: isImage, levels: { scale: null, zeroPoint: 0 } },
    ];
  },
};

/** The sum of products of integers: those of a quantising operator, and a constant's. */
function integerProduct(operator: Operator, attributes: readonly string[], axisOfOutputs: number): Operator {
  return {
    attributes,
    takesLevels: true,
    run: (c) => {
      const { levels, ...x } = valueInput(c);
      if (levels === undefined) return c.fail("multiplies a value that was not quantised");
      const factor = constantInput(c, 1, "second factor");
      const axis = axisOfOutputs < 0 ? factor.shape.length + axisOfOutputs : axisOfOutputs;
      const { scale } = levels;
      const inputs = [x, withoutZeroPoint(c, factor, 3, axis), null];
      if (scale === null) return operator.run({ ...c, inputs });
      const sum = operator.run({ ...c, inputs, name: c.fresh("real") }) as Value;
      return scaledAndShifted(c, sum, { shape: [], data: [scale], isInteger: false }, (k) => [1 / k, 0]);
    },
  };
}

export const convInteger: Operator = integerProduct(conv, [...WINDOW, "group"], 0);
export const matMulInteger: Operator = integerProduct(matMul, [], -1);
