/** The doors of the integers: sums against the float kernels on whole numbers, layouts, examples, and what is refused. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ROUNDINGS, ratioOf, requantizer } from "../../src/geometry/requantization.ts";
import * as floats from "../../src/index.ts";
import { random, type Tensor, tensor } from "../../src/index.ts";
import { add } from "../../src/ops/quantized/add.ts";
import { conv2d, depthwiseConv2d, pointwiseConv2d } from "../../src/ops/quantized/conv.ts";
import { dense } from "../../src/ops/quantized/dense.ts";
import { averagePool2d, maxPool2d } from "../../src/ops/quantized/pool.ts";
import { dequantize, quantize } from "../../src/ops/quantized/quantize.ts";
import { ShapeError } from "../../src/tensor/errors.ts";
import { INTEGER_RANGES, type QuantizedTensor, quantizedTensor } from "../../src/tensor/quantizedTensor.ts";
import { type Geometry, geometry, integers, settings } from "../support/geometries.ts";

const OUTPUT = { type: "int8", scale: 0.25, zeroPoint: 3 } as const;

/** Whole numbers as integers of a type with such a zero point. */
function shifted(x: Tensor, type: "int8" | "uint8", scale: number | readonly number[], axis?: number): QuantizedTensor {
  const zeroPoint = type === "int8" ? -7 : 100;
  const data = x.contiguous().data.map((value) => value + zeroPoint);
  return quantizedTensor(type === "int8" ? Int8Array.from(data) : Uint8Array.from(data), x.shape, {
    scale,
    zeroPoint: axis === undefined ? zeroPoint : Array.from({ length: x.shape[axis] }, () => zeroPoint),
    ...(axis === undefined ? {} : { axis }),
  });
}

describe("sums are those of the float kernels on whole numbers, then requantised", () => {
  const cases = fc.record({
    g: geometry,
    rounding: fc.constantFrom(...ROUNDINGS),
    type: fc.constantFrom("int8" as const, "uint8" as const),
    perChannel: fc.boolean(),
    scale: fc.constantFrom(0.01, 0.3, 1),
    activation: fc.constantFrom("none" as const, "relu" as const, "relu6" as const),
  });

  test.each(["conv2d", "depthwiseConv2d", "pointwiseConv2d"] as const)("%s", (op) => {
    const [float, quantized] = {
      conv2d: [floats.conv2d, conv2d] as const,
      depthwiseConv2d: [floats.depthwiseConv2d, depthwiseConv2d] as const,
      pointwiseConv2d: [floats.pointwiseConv2d, pointwiseConv2d] as const,
    }[op];
    fc.assert(
      fc.property(cases, ({ g, rounding, type, perChannel, scale, activation }) => {
        const { x, w, options, O } = operands(op, g);
        const source = random(g.seed + 2);
        const axis = perChannel ? 0 : undefined; // nchw: o is the first axis of the filter
        const scales =
          axis === undefined ? 0.02 : Array.from({ length: w.shape[axis] }, () => 0.01 + 0.02 * source.uniform());
        const bias = Int32Array.from({ length: O }, () => source.integer(101) - 50);
        const input = shifted(x, type, scale);
        const filter = shifted(w, "int8", scales, axis);
        const [naive, y] = (["naive", "auto"] as const).map((backend) =>
          quantized(input, filter, { ...options, bias, rounding, activation, output: OUTPUT, backend }),
        );
        expect(y).toEqual(naive);
        const sums = float(x, w, { ...options, bias: tensor(Float32Array.from(bias)), backend: "naive" });
        expect(y.shape).toEqual(sums.shape);
        const limits = { none: [-128, 127], relu: [3, 127], relu6: [3, 27] }[activation];
        const [, , OH, OW] = sums.shape;
        const expected = sums.contiguous().data.map((sum, i) => {
          const o = Math.floor(i / (OH * OW)) % O;
          const own = typeof filter.scale === "number" ? filter.scale : filter.scale[o];
          const ratio = ratioOf(rounding, input.scale as number, own, OUTPUT.scale, type === "uint8");
          return requantizer(rounding, ratio, { zeroPoint: 3, min: limits[0], max: limits[1] })(sum);
        });
        expect(Array.from(y.data)).toEqual(Array.from(expected));
      }),
      settings(150),
    );
  });

  /** Channels first, so that both layouts are permuted. */
  function operands(op: "conv2d" | "depthwiseConv2d" | "pointwiseConv2d", g: Geometry) {
    const C = g.G * g.Cg;
    const [KH, KW] = op === "pointwiseConv2d" ? [1, 1] : [g.KH, g.KW];
    const G = op === "conv2d" ? g.G : op === "depthwiseConv2d" ? C : 1;
    const O = op === "depthwiseConv2d" ? C * Math.min(g.Og, 3) : g.G * g.Og;
    const options = {
      layout: "nchw" as const,
      strides: [g.sH, g.sW] as const,
      dilations: [g.dH, g.dW] as const,
      padding: op === "pointwiseConv2d" ? 0 : g.padding,
      ...(op === "conv2d" ? { groups: G } : {}),
    };
    const x = integers([g.N, C, g.H, g.W], g.seed);
    return { x, w: integers([O, C / G, KH, KW], g.seed + 1), options, O };
  }
});

test("hwim: a scale for each channel, and one for each multiple", () => {
  const input = quantizedTensor(Int8Array.of(10, 20), [1, 1, 1, 2], { scale: 1 });
  const data = Int8Array.of(1, 1, 1, 1);
  const options = { output: { type: "int8", scale: 1 } } as const;
  const byChannel = quantizedTensor(data, [1, 1, 2, 2], { scale: [1, 2], axis: 2 });
  expect(depthwiseConv2d(input, byChannel, options).data).toEqual(Int8Array.of(10, 10, 40, 40));
  const byMultiple = quantizedTensor(data, [1, 1, 2, 2], { scale: [1, 2], axis: 3 });
  expect(depthwiseConv2d(input, byMultiple, options).data).toEqual(Int8Array.of(10, 20, 20, 40));
});

test("dense is a pointwise convolution of single pixels", () => {
  const x = integers([5, 12], 1);
  const w = integers([12, 7], 2);
  const [input, filter] = [shifted(x, "int8", 0.1), shifted(w, "int8", 0.05)];
  for (const rounding of ROUNDINGS) {
    const bias = Int32Array.from({ length: 7 }, (_, o) => 3 * o);
    const y = dense(input, filter, { bias, output: OUTPUT, rounding });
    const image = quantizedTensor(input.data, [5, 1, 1, 12], input);
    expect(y.shape).toEqual([5, 7]);
    expect(y.data).toEqual(pointwiseConv2d(image, filter, { bias, output: OUTPUT, rounding }).data);
  }
});

describe("pooling", () => {
  const input = quantizedTensor(Int8Array.of(1, 2, -3, -4, 5, 8), [1, 1, 6, 1], { scale: 0.5, zeroPoint: 4 });
  test("means are those of integers, half away from 0; scale and zero point stay", () => {
    const y = averagePool2d(input, { windowDimensions: [1, 2], strides: [1, 2] });
    expect(y).toEqual({ ...input, shape: [1, 1, 3, 1], data: Int8Array.of(2, -4, 7) });
  });
  test("maxima, of channels first too", () => {
    const planes = quantizedTensor(input.data, [1, 2, 1, 3], { scale: 0.5 });
    const y = maxPool2d(planes, { layout: "nchw", windowDimensions: [1, 2] });
    expect([y.shape, y.data]).toEqual([[1, 2, 1, 2], Int8Array.of(2, 2, 5, 8)]);
  });
});

describe("add", () => {
  test("is within half a step of the real sum, broadcast", () => {
    const a = shifted(integers([4, 3, 5], 1), "int8", 0.1);
    const b = shifted(integers([5], 2), "uint8", 0.07);
    const real = floats.add(dequantize(a), dequantize(b));
    for (const rounding of ROUNDINGS) {
      const y = add(a, b, { output: { type: "int8", scale: 0.05 }, rounding });
      expect(y.shape).toEqual([4, 3, 5]);
      dequantize(y)
        .contiguous()
        .data.forEach((value, i) => {
          expect(Math.abs(value - real.data[i])).toBeLessThanOrEqual(0.05 * 0.501);
        });
    }
  });
});

describe("quantize and dequantize", () => {
  test.each(["int8", "uint8", "int32"] as const)("%s there and back", (type) => {
    const [min, max] = INTEGER_RANGES[type];
    const data = Int32Array.from({ length: 200 }, (_, i) => Math.max(min, Math.min(max, i - 100)));
    const q = quantize(tensor(Float32Array.from(data, (v) => (v - 5) * 0.25)), { type, scale: 0.25, zeroPoint: 5 });
    expect(Array.from(q.data)).toEqual(Array.from(data));
    expect(Array.from(dequantize(q).data)).toEqual(Array.from(data, (v) => (v - 5) * 0.25));
  });

  test("halves by every rule, and limits", () => {
    const x = tensor([0.5, 1.5, -0.5, -1.5, 1e9, Number.NEGATIVE_INFINITY]);
    expect(ROUNDINGS.map((rounding) => Array.from(quantize(x, { type: "int8", scale: 1, rounding }).data))).toEqual([
      [0, 2, 0, -2, 127, -128],
      [1, 2, -1, -2, 127, -128],
      [1, 2, -1, -2, 127, -128],
    ]);
  });

  test("along an axis, of a view", () => {
    const x = tensor([1, 2, 3, 4, 5, 6], [2, 3]).transpose([1, 0]);
    const q = quantize(x, { type: "int8", scale: [1, 0.5], zeroPoint: [0, 1], axis: 1 });
    expect([q.shape, q.data]).toEqual([[3, 2], Int8Array.of(1, 9, 2, 11, 3, 13)]);
    expect(dequantize(q).toArray()).toEqual(x.toArray());
  });
});

describe("refused", () => {
  const input = quantizedTensor(new Int8Array(8), [1, 2, 2, 2], { scale: 0.5, zeroPoint: 1 });
  const filter = quantizedTensor(new Int8Array(4), [2, 2], { scale: 0.25 });
  const output = { type: "int8", scale: 1 } as const;
  const large = quantizedTensor(new Int8Array(133_000).fill(-128), [133_000, 1], { scale: 1, zeroPoint: 127 });
  const wide = quantizedTensor(new Int8Array(133_000), [1, 133_000], { scale: 1, zeroPoint: -128 });
  const along = quantizedTensor(new Int8Array(8), [1, 2, 2, 2], { scale: [1, 1], axis: 3 });
  const call =
    (options: object, x: unknown = input, w: unknown = filter) =>
    () =>
      pointwiseConv2d(x as QuantizedTensor, w as QuantizedTensor, { output, ...options });

  test.each<[string, () => unknown, string]>([
    ["a tensor of real numbers", call({}, tensor([1])), "pointwiseConv2d: input is a Tensor, needs a QuantizedTensor"],
    ["nothing", call({}, null), "input is null, needs a QuantizedTensor"],
    [
      "int32 as input",
      call({}, quantizedTensor(new Int32Array(8), [1, 2, 2, 2], { scale: 1 })),
      'input.type is "int32"',
    ],
    ["int16", call({}, { ...input, data: new Int16Array(8) }), "input.data is an Int16Array"],
    ["a scale made 0 later", call({}, { ...input, scale: 0 }), "pointwiseConv2d: input.scale is 0"],
    ["scales of an input", call({}, along), "input has scales along axis 3, needs one scale"],
    ["scales of another axis", call({}, input, { ...filter, scale: [1, 1], axis: 0 }), "filter.axis is 0, the i of io"],
    ["no output", call({ output: undefined }), "output is undefined, needs an object"],
    ["int32 as output", call({ output: { type: "int32", scale: 1 } }), 'output.type is "int32"'],
    ["a misspelt output", call({ output: { ...output, zero: 1 } }), 'unknown option "zero"'],
    ["an output's zero point", call({ output: { ...output, zeroPoint: 200 } }), "output.zeroPoint is 200"],
    ["NaN", call({ output: { type: "int8", scale: Number.NaN } }), "output.scale is NaN"],
    ["a rule", call({ rounding: "up" }), 'rounding is "up", needs one of "float-half-even"'],
    ["an activation", call({ activation: "hardSwish" }), 'activation is "hardSwish", needs one of "none"'],
    ["a tier", call({ backend: "gpu" }), 'backend is "gpu", needs one of "naive", "im2col", "simd", "auto"'],
    ["an option", call({ strode: 1 }), 'unknown option "strode"'],
    ["a short bias", call({ bias: new Int32Array(3) }), "bias has 3 elements, needs 2"],
    ["a bias of real numbers", call({ bias: new Float32Array(2) }), "bias is a Float32Array, needs an Int32Array"],
    [
      "a bias of another scale",
      call({ bias: quantizedTensor(new Int32Array(2), [2], { scale: 0.25 }) }),
      "bias.scale of output channel 0 is 0.25, needs 0.125, input · filter",
    ],
    [
      "a bias with a zero point",
      call({ bias: quantizedTensor(new Int32Array(2), [2], { scale: 0.125, zeroPoint: 1 }) }),
      "bias.zeroPoint is 1, needs 0",
    ],
    ["sums beyond int32", () => dense(wide, large, { output }), "sums of output channel 0 reach"],
    [
      "a ratio that shifts sums out of int32",
      () =>
        dense(
          quantizedTensor(new Int8Array(2), [1, 2], { scale: 1e6 }),
          quantizedTensor(Int8Array.of(127, 127), [2, 1], { scale: 1 }),
          {
            output,
            rounding: "tflite-double",
          },
        ),
      'the ratio of scales of output channel 0 is 1000000, by which "tflite-double" shifts',
    ],
    [
      "a window without pixels",
      () => maxPool2d(input, { windowDimensions: 1, padding: 3 }),
      "window row 0 has no pixels",
    ],
    [
      "a window without pixels, to the side",
      () => averagePool2d(input, { windowDimensions: 1, padding: [0, 0, 3, 3] }),
      "window column 0 has no pixels",
    ],
    [
      "ratios of a sum",
      () => add(input, input, { output: { type: "int8", scale: 2 ** -10 } }),
      "a.scale / output.scale is 512",
    ],
    ["shapes that do not fit", () => add(input, large, { output }), "do not broadcast"],
    [
      "inputs of another count",
      () => dense(filter, quantizedTensor(new Int8Array(3), [3, 1], { scale: 1 }), { output }),
      "filter takes 3 inputs, the input has 2",
    ],
    [
      "NaN of an input",
      () => quantize(tensor([1, Number.NaN], [1, 2]), { type: "int8", scale: 1 }),
      "input is NaN at [0, 1]",
    ],
    ["a type", () => quantize(tensor([1]), { type: "int4" as "int8", scale: 1 }), 'type is "int4"'],
    ["a float as q", () => dequantize(tensor([1]) as unknown as QuantizedTensor), "q is a Tensor"],
  ])("%s", (_, run, message) => {
    expect(run).toThrow(ShapeError);
    expect(run).toThrow(message);
  });
});
