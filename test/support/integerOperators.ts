/** Operators of TensorFlow Lite on integers: options of the file, kernels of the naive tier. */
import { bool, int8 as byteAt, float32, int32 } from "../../src/formats/bytes/flatbuffers.ts";
import type { TfliteOperator, TfliteTensor } from "../../src/formats/tflite/model.ts";
import { conv2dGeometry } from "../../src/geometry/conv2d.ts";
import type { Elementwise } from "../../src/geometry/elementwise.ts";
import { pool2dGeometry } from "../../src/geometry/pool2d.ts";
import type { QuantizedLayer } from "../../src/geometry/quantizedLayer.ts";
import { type OutputRange, type Rounding, rangeOf, ratioOf, requantizer } from "../../src/geometry/requantization.ts";
import { resampledPixels, resampling } from "../../src/geometry/resample2d.ts";
import { type Levels, quantizedAddition } from "../../src/kernels/naive/quantized/add.ts";
import { quantizedConv2d } from "../../src/kernels/naive/quantized/convolution.ts";
import { quantizedDense } from "../../src/kernels/naive/quantized/dense.ts";
import { quantizedFunction } from "../../src/kernels/naive/quantized/functions.ts";
import { quantizedInterpolate2d } from "../../src/kernels/naive/quantized/interpolate2d.ts";
import { applyTable, lookupTable } from "../../src/kernels/naive/quantized/lookupTable.ts";
import { quantizedMean } from "../../src/kernels/naive/quantized/mean.ts";
import { quantizedMultiplication } from "../../src/kernels/naive/quantized/multiply.ts";
import { quantizedAveragePool2d, quantizedMaxPool2d } from "../../src/kernels/naive/quantized/pool2d.ts";
import { quantizedSoftmax } from "../../src/kernels/naive/quantized/softmax.ts";
import { INTEGER_RANGES, type IntegerData, type QuantizedType } from "../../src/tensor/quantizedTensor.ts";
import { sizeOf } from "../../src/tensor/shape.ts";

/** An operator of a file, and the integers that it reads. */
interface Call {
  readonly operator: TfliteOperator;
  readonly tensors: readonly TfliteTensor[];
  readonly dataOf: (tensor: number) => IntegerData;
  readonly rounding: Rounding;
}

type Compute = (call: Call, y: IntegerData) => void;

/** By name; each writes its output. */
export const INTEGER_OPERATORS: Readonly<Record<string, Compute>> = {
  CONV_2D: (call, y) => {
    const [O, KH, KW, I] = shapeOf(call, 1);
    convolution(call, [KH, KW, I, O], filterLast(dataOf(call, 1), O), { dilations: 4, activation: 3 }, y);
  },
  DEPTHWISE_CONV_2D: (call, y) => {
    const [, KH, KW, O] = shapeOf(call, 1);
    convolution(call, [KH, KW, 1, O], dataOf(call, 1), { dilations: 5, activation: 4 }, y);
  },
  FULLY_CONNECTED: (call, y) => {
    const [O, I] = shapeOf(call, 1);
    const w = filterLast(dataOf(call, 1), O);
    quantizedDense(
      { N: y.length / O, I, O },
      layer(call, O, byte(call, 0), quantizationOf(call, 1).scales.length === 1),
      dataOf(call, 0),
      w,
      biasOf(call),
      y,
    );
  },
  AVERAGE_POOL_2D: (call, y) => quantizedAveragePool2d(pool(call), dataOf(call, 0), range(call, byte(call, 5)), y),
  MAX_POOL_2D: (call, y) => quantizedMaxPool2d(pool(call), dataOf(call, 0), range(call, byte(call, 5)), y),
  MEAN: (call, y) => {
    const [N, H, W, C] = shapeOf(call, 0);
    const { scale } = levels(call);
    quantizedMean(call.rounding, [N, H * W, C], dataOf(call, 0), levels(call, 0), scale, range(call), y);
  },
  SOFTMAX: (call, y) => {
    const scale = levels(call, 0).scale * float32(options(call), 0);
    quantizedSoftmax(shapeOf(call, 0).at(-1) ?? 1, dataOf(call, 0), scale, levels(call), range(call), y);
  },
  ADD: (call, y) =>
    pairs(call, y, (a, b, s) => quantizedAddition(call.rounding, 1, a, b, s, range(call, byte(call, 0)))),
  SUB: (call, y) =>
    pairs(call, y, (a, b, s) => quantizedAddition(call.rounding, -1, a, b, s, range(call, byte(call, 0)))),
  MUL: (call, y) => {
    return pairs(call, y, (a, b, s) => quantizedMultiplication(call.rounding, a, b, s, range(call, byte(call, 0))));
  },
  RELU: table({ op: "activation", activation: "relu" }),
  RELU6: table({ op: "activation", activation: "relu6" }),
  LOGISTIC: table({ op: "activation", activation: "sigmoid" }),
  HARD_SWISH: table({ op: "activation", activation: "hardSwish" }),
  TANH: table({ op: "tanh" }),
  LEAKY_RELU: (call, y) => table({ op: "leakyRelu", alpha: float32(options(call), 0) })(call, y),
  QUANTIZE: (call, y) => {
    // Between types of integers both runtimes have the same kernel.
    const ratio = ratioOf("tflite-double", levels(call, 0).scale, 1, levels(call).scale);
    const requantize = requantizer("tflite-double", ratio, range(call));
    const x = dataOf(call, 0);
    fill(y, (i) => requantize(x[i] - levels(call, 0).zeroPoint));
  },
  RESIZE_BILINEAR: (call, y) => {
    const [N, H, W, C] = shapeOf(call, 0);
    const coordinates = bool(options(call), 2) ? "align-corners" : bool(options(call), 3) ? "half-pixel" : "asymmetric";
    const { axes } = resampling("resize", [H, W], { sizes: sizes(call) });
    quantizedInterpolate2d(call.rounding, { axes, coordinates }, [N, C], dataOf(call, 0), y);
  },
  RESIZE_NEAREST_NEIGHBOR: (call, y) => {
    const [, H, W, C] = shapeOf(call, 0);
    const [OH, OW] = sizes(call);
    const pixels = resampledPixels(
      resampling("resize", [H, W], { sizes: [OH, OW], coordinates: "half-pixel", rounding: "round-prefer-ceil" }),
    );
    if (pixels.mode !== "nearest") throw new Error("not the nearest");
    const x = dataOf(call, 0);
    fill(y, (i) => {
      const [c, ow, oh, n] = indices(i, [C, OW, OH]);
      return x[((n * H + pixels.rows[oh]) * W + pixels.columns[ow]) * C + c];
    });
  },
  PAD: (call, y) => {
    const before = [0, 2, 4, 6].map((i) => dataOf(call, 1)[i]);
    window(
      call,
      y,
      before.map((count) => -count),
    );
  },
  STRIDED_SLICE: (call, y) => window(call, y, [...dataOf(call, 1)]),
  CONCATENATION: (call, y) => {
    let from = 0;
    for (const i of call.operator.inputs) {
      const x = call.dataOf(i);
      const C = call.tensors[i].shape.at(-1) ?? 1;
      const stride = outputShape(call).at(-1) ?? 1;
      for (let at = 0; at < x.length; at++) y[Math.floor(at / C) * stride + from + (at % C)] = x[at];
      from += C;
    }
  },
  RESHAPE: (call, y) => y.set(dataOf(call, 0)),
};

/** Scale and zero point of an input, or of the output. */
function levels(call: Call, input?: number): Levels {
  const index = input === undefined ? call.operator.outputs[0] : call.operator.inputs[input];
  const { quantization } = call.tensors[index];
  return { scale: quantization?.scales[0] ?? 1, zeroPoint: quantization?.zeroPoints[0] ?? 0 };
}

function dataOf({ operator, dataOf: data }: Call, input: number): IntegerData {
  return data(operator.inputs[input]);
}

function shapeOf({ operator, tensors }: Call, input: number): readonly number[] {
  return tensors[operator.inputs[input]].shape;
}

function outputShape({ operator, tensors }: Call): readonly number[] {
  return tensors[operator.outputs[0]].shape;
}

function options({ operator }: Call): NonNullable<TfliteOperator["options"]> {
  if (operator.options === null) throw new Error(`${operator.op} has no options`);
  return operator.options;
}

function byte({ operator }: Call, field: number): number {
  return operator.options === null ? 0 : byteAt(operator.options, field);
}

function typeOf({ operator, tensors }: Call, input: number): QuantizedType {
  return tensors[operator.inputs[input]].type === "U8" ? "uint8" : "int8";
}

/** Limits of the output: of its type, and of an activation by its number in the schema. */
function range(call: Call, activation: number = 0): OutputRange {
  const limits = new Map([
    [0, [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]],
    [1, [0, Number.POSITIVE_INFINITY]],
    [3, [0, 6]],
  ]).get(activation);
  if (limits === undefined) throw new Error(`no activation ${activation}`);
  return rangeOf(typeRange(call), levels(call), { minValue: limits[0], maxValue: limits[1] });
}

function typeRange({ operator, tensors }: Call): readonly [number, number] {
  return INTEGER_RANGES[tensors[operator.outputs[0]].type === "U8" ? "uint8" : "int8"];
}

function quantizationOf({ operator, tensors }: Call, input: number): NonNullable<TfliteTensor["quantization"]> {
  const { quantization, name } = tensors[operator.inputs[input]];
  if (quantization === null) throw new Error(`${name} has no scale`);
  return quantization;
}

function biasOf(call: Call): Int32Array | null {
  const index = call.operator.inputs[2] ?? -1;
  return index < 0 ? null : (call.dataOf(index) as Int32Array);
}

function layer(call: Call, O: number, activation: number, isProductSingle: boolean): QuantizedLayer {
  const { scales, zeroPoints } = quantizationOf(call, 1);
  const [x, y, { rounding }] = [levels(call, 0), levels(call).scale, call];
  const each = (values: readonly number[]) => Array.from({ length: O }, (_, o) => values[values.length > 1 ? o : 0]);
  return {
    zeroPoint: x.zeroPoint,
    filterZeroPoints: each(zeroPoints),
    requantization: {
      rounding,
      ratios: each(scales).map((w) => ratioOf(rounding, x.scale, w, y, isProductSingle)),
      output: range(call, activation),
    },
  };
}

/** [o, …] as […, o]. */
function filterLast(data: IntegerData, O: number): IntegerData {
  const turned = data.slice();
  const rest = data.length / O;
  for (let o = 0; o < O; o++) {
    for (let at = 0; at < rest; at++) turned[at * O + o] = data[o * rest + at];
  }
  return turned;
}

function convolution(
  call: Call,
  shape: readonly [KH: number, KW: number, I: number, O: number],
  filter: IntegerData,
  fields: { readonly dilations: number; readonly activation: number },
  y: IntegerData,
): void {
  const of = options(call);
  const C = shapeOf(call, 0)[3];
  const g = conv2dGeometry(shapeOf(call, 0), shape, {
    strides: [int32(of, 2, 1), int32(of, 1, 1)],
    dilations: [int32(of, fields.dilations + 1, 1), int32(of, fields.dilations, 1)],
    padding: byte(call, 0) === 0 ? "same" : "valid",
    groups: C / shape[2],
  });
  const isProductSingle = typeOf(call, 0) === "uint8";
  const of2d = layer(call, shape[3], byte(call, fields.activation), isProductSingle);
  quantizedConv2d(g, of2d, dataOf(call, 0), filter, biasOf(call), y);
}

function pool(call: Call) {
  const of = options(call);
  return pool2dGeometry("pool", shapeOf(call, 0), {
    windowDimensions: [int32(of, 4, 1), int32(of, 3, 1)],
    strides: [int32(of, 2, 1), int32(of, 1, 1)],
    padding: byte(call, 0) === 0 ? "same" : "valid",
  });
}

function table(f: Elementwise): Compute {
  return (call, y) => {
    const type = typeOf(call, 0);
    const of = quantizedFunction(call.rounding, f, levels(call, 0), levels(call), typeRange(call));
    applyTable(lookupTable(type, of), type, dataOf(call, 0), y);
  };
}

/** A function of two integers, the operands broadcast over rows and columns. */
function pairs(
  call: Call,
  y: IntegerData,
  of: (a: Levels, b: Levels, scale: number) => (a: number, b: number) => number,
): void {
  const f = of(levels(call, 0), levels(call, 1), levels(call).scale);
  const [a, b] = [0, 1].map((input) => {
    const x = dataOf(call, input);
    const [N, C] = [outputShape(call)[0], outputShape(call).at(-1) ?? 1];
    if (x.length === y.length) return (i: number) => x[i];
    if (x.length === 1) return () => x[0];
    if (sizeOf(shapeOf(call, input)) !== N * C) throw new Error("no such broadcasting");
    return (i: number) => x[Math.floor(i / (y.length / N)) * C + (i % C)];
  });
  fill(y, (i) => f(a(i), b(i)));
}

function sizes(call: Call): readonly [number, number] {
  const [rows, columns] = dataOf(call, 1);
  return [rows, columns];
}

/** A part of [N, H, W, C] from these indices on; what is outside is 0, as a real number. */
function window(call: Call, y: IntegerData, from: readonly number[]): void {
  const [N, H, W, C] = shapeOf(call, 0);
  const [, OH, OW, OC] = outputShape(call);
  const { zeroPoint } = levels(call);
  const x = dataOf(call, 0);
  fill(y, (i) => {
    const [c, w, h, n] = indices(i, [OC, OW, OH]).map((index, axis) => index + from[3 - axis]);
    const isInside = n >= 0 && n < N && h >= 0 && h < H && w >= 0 && w < W && c >= 0 && c < C;
    return isInside ? x[((n * H + h) * W + w) * C + c] : zeroPoint;
  });
}

/** Index i by these extents, the last axis first; the first axis is what is left. */
function indices(i: number, extents: readonly number[]): readonly number[] {
  const found: number[] = [];
  let rest = i;
  for (const extent of extents) {
    found.push(rest % extent);
    rest = Math.floor(rest / extent);
  }
  return [...found, rest];
}

function fill(y: IntegerData, at: (i: number) => number): void {
  for (let i = 0; i < y.length; i++) y[i] = at(i);
}
